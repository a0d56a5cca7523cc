"""Files no institution holds: choose several, choose the institution, look once more, give."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.clock import local_date
from cadra.foundation.kernel.pack import pack
from cadra.record.cases.queries import FileRow
from cadra.stages.identification.actions.handing import Handed, hand_over
from cadra.stages.identification.forms.unheld import UnheldFilter, UnheldForm
from cadra.stages.identification.queries import assigning
from cadra.stages.identification.queries import unheld as queries


@require_http_methods(["GET", "HEAD", "POST"])
def unheld(request: StaffRequest) -> HttpResponse:
    """The list; what was chosen, to be looked at once more; and the giving."""
    queries.unheld(request.actor)  # 404 for whoever does not answer at the desk
    sent = request.POST if request.method == "POST" else None
    form = UnheldForm(sent, houses=assigning.holders())
    if sent is None or not form.is_valid():
        return _list(request, form)
    if "sure" in sent:
        handed = hand_over(actor=request.actor, case_ids=form.chosen, holder=form.house)
        _say(request, handed, form.house.name)
        return redirect("identification:unheld")
    choice = queries.choice(request.actor, form.chosen, form.house)
    return render(request, "identification/desk/unheld_sure.html", {"choice": choice})


def _list(request: StaffRequest, form: UnheldForm) -> HttpResponse:
    filters = UnheldFilter(request.GET)
    wanted = filters.cleaned_data if filters.is_valid() else {}
    kept = {name: value for name in ("status", "child") if (value := request.GET.get(name))}
    found = queries.page(
        request.actor,
        status=wanted.get("status") or "",
        child=bool(wanted.get("child")),
        cursor=request.GET.get("after", ""),
    )
    context = {
        "form": form,
        "found": found,
        "lines": [_line(request.actor, row, set(form.chosen)) for row in found.rows],
        "filter_form": filters,
        "chosen": _chosen(filters, kept),
        "older_url": f"?{urlencode({**kept, 'after': found.older})}" if found.older else "",
        "newer_url": f"?{urlencode(kept)}" if request.GET.get("after") else "",
    }
    return render(request, "identification/desk/unheld.html", context)


def _line(actor: Actor, row: FileRow, ticked: set[UUID]) -> dict[str, Any]:
    """One line of the list: the file, whether it is ticked, its status in words, and what makes it urgent."""
    status = pack().statuses.get(row.case.status)
    tags = [{"text": _("In danger"), "colour": "red"}] if row.case.in_danger else []
    tags += [{"text": _("Child"), "colour": "purple"}] if row.case.is_child else []
    return {
        "case": row.case,
        "reference": row.person.reference,
        "called": row.called,
        "ticked": row.case.case_id in ticked,
        "status": status.short if status else row.case.status,
        "since": local_date(row.case.first_contact_at or row.case.opened_at),
        "tags": tags,
        "may_name": assigning.may_name(actor, row.case),
    }


def _chosen(filters: UnheldFilter, kept: dict[str, str]) -> list[dict[str, Any]]:
    """What is filtered now, each with the address without it."""
    words = dict(filters.fields["status"].choices)  # type: ignore[attr-defined]
    return [
        {
            "text": words.get(value, value) if name == "status" else filters.fields[name].label,
            "url": f"?{urlencode({other: one for other, one in kept.items() if other != name})}",
        }
        for name, value in kept.items()
    ]


def _say(request: StaffRequest, handed: Handed, house: str) -> None:
    if handed.given:
        said = ngettext(
            "%(n)s file is held by %(house)s from now on. Its desk has been told.",
            "%(n)s files are held by %(house)s from now on. Its desk has been told.",
            handed.given,
        )
        messages.success(request, said % {"n": handed.given, "house": house})
    if handed.unwilling:
        said = ngettext(
            "%(n)s file was not given: the person does not want this institution to see it.",
            "%(n)s files were not given: these persons do not want this institution to see them.",
            handed.unwilling,
        )
        messages.warning(request, said % {"n": handed.unwilling})
    if handed.gone:
        said = ngettext(
            "%(n)s file had an institution by then, or is at the desk. Nothing was changed in it.",
            "%(n)s files had an institution by then, or are at the desk. Nothing was changed in them.",
            handed.gone,
        )
        messages.info(request, said % {"n": handed.gone})
    if not (handed.given or handed.unwilling or handed.gone):
        messages.info(request, _("Nothing was given."))
