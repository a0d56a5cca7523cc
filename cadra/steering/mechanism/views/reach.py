"""Reaching her safely: her rule before any number, a stop when it is against it, and a record of every contact."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import now
from cadra.record.people import contacts
from cadra.record.people.reaching import VISIT, Why, may_contact
from cadra.steering.mechanism import presenting, record_lines
from cadra.steering.mechanism.forms.reach import ReachForm, ResultForm
from cadra.steering.mechanism.policy import may_write_about
from cadra.steering.mechanism.queries import record as queries
from cadra.steering.mechanism.queries.colleagues import names_of
from cadra.steering.mechanism.words import WAYS


@require_GET
def contact(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Her rule, the ways to reach her without their numbers, and who reached out to her."""
    file, row = queries.contact(request.actor, case_id)
    plain = queries.plain_of(row)
    made = contacts.contacts_made(request.actor, case_id)
    names = names_of(users=[one.made_by for one in made])
    context = {
        **presenting.frame(file, "contact"),
        "warnings": presenting.contact_warnings(row),
        "rows": record_lines.rows(record_lines.rule_lines(plain)) if plain else [],
        "ways": [_way(case_id, plain, number, one) for number, one in enumerate(ways(plain))],
        "may_edit": may_write_about(file.writing, "contact"),
        "events": [_event(one, names.user(one.made_by)) for one in made],
    }
    return render(request, "mechanism/contact.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reach(request: StaffRequest, case_id: UUID, number: int) -> HttpResponse:
    """Before a number is shown: her rule, and whether now is a safe time. Against it only with a reason."""
    file, row = queries.contact(request.actor, case_id)
    plain = queries.plain_of(row)
    known = ways(plain)
    if number >= len(known):
        raise Http404
    verdict = may_contact(plain, known[number], now())
    form = ReachForm(request.POST if request.method == "POST" else None, must_say_why=not verdict.allowed)
    if request.method == "POST" and form.is_valid():
        made = contacts.reach_out(
            actor=request.actor,
            person=file.person,
            contact=plain,
            channel=known[number],
            why=form.cleaned_data.get("why", ""),
            submission=form.cleaned_data["submission"],
        )
        return redirect("mechanism:contact_made", case_id, made.pk)
    context = {
        **presenting.frame(file, "contact"),
        "form": form,
        "way": str(WAYS.get(known[number]["kind"], "")),
        "stops": [why.label for why in verdict.against],
        "weigh": [why.label for why in verdict.unclear],
        "rows": record_lines.rows(record_lines.rule_lines(plain)),
        "back_url": reverse("mechanism:contact", args=[case_id]),
    }
    return render(request, "mechanism/contact_reach.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def made(request: StaffRequest, case_id: UUID, contact_made_id: UUID) -> HttpResponse:
    """The number, for whoever read her rule; and what came of it, for all who may reach her."""
    file, row = queries.contact(request.actor, case_id)
    one = contacts.contact_made(request.actor, case_id, contact_made_id)
    words = one.plain["words"]
    mine = one.made_by == request.actor.user_id
    form = ResultForm(request.POST or None, initial={"result": one.result, "what": words["what"]})
    if request.method == "POST" and mine and form.is_valid():
        result, what = form.cleaned_data["result"], form.cleaned_data["what"]
        contacts.note_result(actor=request.actor, person=file.person, row=one, result=result, what=what)
        messages.success(request, _("Written down."))
        return redirect("mechanism:contact", case_id)
    context = {
        **presenting.frame(file, "contact"),
        "form": form if mine else None,
        "made": one,
        "way": str(WAYS.get(one.channel, "")),
        "value": words["value"] if mine else "",
        "why": words["why"],
        "warnings": presenting.contact_warnings(row),
        "back_url": reverse("mechanism:contact", args=[case_id]),
    }
    return render(request, "mechanism/contact_made.html", context)


def ways(plain: dict[str, Any]) -> list[dict[str, Any]]:
    """The ways she gave, and where she is as the last one."""
    address = (plain.get("whereabouts") or {}).get("address")
    return [*(plain.get("channels") or []), *([{"kind": VISIT, "value": address}] if address else [])]


def _way(case_id: UUID, plain: dict[str, Any], number: int, one: dict[str, Any]) -> dict[str, Any]:
    verdict = may_contact(plain, one, now())
    return {
        "title": str(WAYS.get(one.get("kind", ""), one.get("kind", ""))),
        "status": _("Safe now") if verdict.allowed else _("Not safe now"),
        "hint": " ".join(str(why.label) for why in verdict.against),
        "colour": "green" if verdict.allowed else "red",
        "url": reverse("mechanism:contact_reach", args=[case_id, number]),
    }


def _event(one: Any, who: str) -> dict[str, Any]:
    words = one.plain["words"]
    against = " ".join(str(Why(code).label) for code in one.against if code in set(Why))
    lines = [words["what"], against, _("Why all the same: %(why)s") % {"why": words["why"]} if words["why"] else ""]
    return {
        "title": f"{WAYS.get(one.channel, one.channel)}: {one.get_result_display()}",
        "when": one.made_at,
        "by": who,
        "text": "\n".join(line for line in lines if line),
        "url": reverse("mechanism:contact_made", args=[one.case_id, one.pk]),
        "link": _("Open"),
    }
