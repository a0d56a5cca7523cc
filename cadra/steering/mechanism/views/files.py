"""My files: the list, and finding one by its reference."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.roles import Role
from cadra.record.cases.queries import FileRow
from cadra.steering.mechanism.forms.files import FilterForm, FindForm
from cadra.steering.mechanism.policy import CUSTODIANS
from cadra.steering.mechanism.queries import files as queries
from cadra.steering.mechanism.words import stage_word, status_word


@require_GET
def files(request: StaffRequest) -> HttpResponse:
    """The files open to me, newest event first."""
    find = FindForm(request.GET) if "reference" in request.GET else FindForm()
    if find.is_bound and find.is_valid():
        found = queries.find(request.actor, find.cleaned_data["reference"])
        if found is not None:
            return redirect("mechanism:file", found)
        find.add_error(
            "reference",
            _("No file with this reference is open to you. It may not exist, or not be yours to see."),
        )
    colleagues = queries.colleagues_of(request.actor)
    filters = FilterForm(request.GET, colleagues)
    wanted = wanted_from(filters, request.GET.get("cursor", ""))
    found_page = queries.files_page(request.actor, wanted, colleagues)
    here = reverse("mechanism:files")
    return render(
        request,
        "mechanism/files.html",
        {
            "find": find,
            "form": find,
            "filters": filters,
            "chosen": chosen(filters, wanted, here),
            "head": [_("Reference"), _("Stage"), _("Status"), _("Next date"), _("Carried by")],
            "rows": [row_of(row, found_page) for row in found_page.page.rows],
            "older_url": here + "?" + urlencode({**wanted.address(), "cursor": found_page.page.older})
            if found_page.page.older
            else "",
            "newest_url": here + "?" + urlencode(wanted.without("cursor").address()) if wanted.cursor else "",
            "clear_url": here if wanted.address() else "",
            "caseload_url": reverse("mechanism:caseload") if request.actor.has(*CUSTODIANS, Role.SUPERVISOR) else "",
            "narrowed": bool(wanted.without("cursor").address()),
        },
    )


def wanted_from(filters: FilterForm, cursor: str) -> queries.Wanted:
    """What the address asks for; what it gets wrong is left out."""
    filters.is_valid()
    given = filters.cleaned_data
    return queries.Wanted(
        stage=given.get("stage", ""),
        status=given.get("status", ""),
        mine=given.get("mine", False),
        overdue=given.get("overdue", False),
        worker=given.get("worker", ""),
        cursor=cursor,
    )


def chosen(filters: FilterForm, wanted: queries.Wanted, here: str) -> list[dict[str, Any]]:
    """The filters in force, each with the address of the list without it."""
    found = []
    for name in ("stage", "status", "worker", "mine", "overdue"):
        value = getattr(wanted, name)
        if value:
            field = filters.fields[name]
            text = dict(getattr(field, "choices", [])).get(value, field.label)
            found.append({"text": text, "url": here + "?" + urlencode(wanted.without(name).address())})
    return found


def row_of(row: FileRow, page: queries.FilesPage) -> list[Any]:
    """One line of the table."""
    case = row.case
    flags = [_("Danger")] if case.in_danger else []
    flags += [_("Child")] if case.is_child else []
    return [
        {
            "text": row.person.reference,
            "url": reverse("mechanism:file", args=[case.case_id]),
            "hint": " · ".join([*([row.called] if row.called else []), *flags]),
        },
        str(stage_word(case.stage)),
        status_word(case.status),
        {"due": case.next_due_at},
        page.manager(case.manager_id) or (_("Nobody yet") if case.manager_id is None else _("Another institution")),
    ]
