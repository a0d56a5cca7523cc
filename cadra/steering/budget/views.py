"""Money of an institution, and what was spent on one file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.stages.support.presenting import frame, service
from cadra.steering.budget import accounts, actions, policy, presenting, queries
from cadra.steering.budget.forms import BackForm, CostForm, DecisionForm, LineForm, NoFundsForm
from cadra.steering.budget.money import HUNDREDTHS, said

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = ("csv", "xlsx")


@require_GET
def budget(request: StaffRequest) -> HttpResponse:
    """Lines and what is left of them; what waits for a second person."""
    found = queries.budget(request.actor)
    year = today().year
    context = {
        "lines": [presenting.line_card(line) for line in found.lines],
        "waiting": [presenting.entry_row(entry, with_line=True) for entry in found.waiting],
        "head": presenting.entry_head(with_line=True),
        "may_keep": policy.may_keep(request.actor),
        "years": [year, year - 1],
        "limit": said(pack().money.approval_above * HUNDREDTHS, pack().currency),
        "verified": pack().money.verified,
    }
    return render(request, "budget/budget.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_line(request: StaffRequest) -> HttpResponse:
    """Open a line."""
    if not policy.may_keep(request.actor):
        raise Http404
    form = LineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        line = actions.open_line(actor=request.actor, **form.cleaned_data)
        messages.success(request, _("The line is open. Costs can be written on it."))
        return redirect("budget:line", line.pk)
    return render(request, "budget/form.html", {"form": form, "title": _("Open a budget line")})


@require_GET
def line(request: StaffRequest, line_id: UUID) -> HttpResponse:
    """One line and its entries."""
    page = queries.line_page(request.actor, line_id, request.GET.get("after", ""))
    context = {
        "card": presenting.line_card(page.line),
        "rows": [presenting.entry_row(entry) for entry in page.entries],
        "head": presenting.entry_head(),
        "older_url": f"?after={page.older}" if page.older else "",
    }
    return render(request, "budget/line.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: StaffRequest, entry_id: UUID) -> HttpResponse:
    """One entry; a supervisor who did not write it decides about it."""
    page = queries.entry_page(request.actor, entry_id)
    row = page.entry
    form: Any = None
    data = request.POST if request.method == "POST" else None
    if page.may_decide and row.waits:
        form = DecisionForm(data, short=row.line.left < row.amount)
    elif page.may_decide and row.counts:
        form = BackForm(data)
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid() and _decide(request, row, form):
            return redirect("budget:entry", row.pk)
    context = {
        "entry": row,
        "colour": presenting.colour(row),
        "rows": presenting.entry_rows(page),
        "form": form,
        "deciding": row.waits,
    }
    return render(request, "budget/entry.html", context)


@require_GET
def export(request: StaffRequest, year: int, kind: str) -> HttpResponse:
    """A year for accounting, without anyone's identity."""
    if kind not in FORMATS or not 2000 <= year <= today().year + 1:
        raise Http404
    entries = queries.exported(request.actor, year)
    if kind == "csv":
        response = HttpResponse(accounts.as_csv(entries), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(accounts.as_workbook(entries), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="money-{year}.{kind}"'
    return response


@require_GET
def costs(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What was spent on a file, and what nobody could pay for."""
    found = queries.costs(request.actor, case_id)
    context = {
        **frame(found.file, "help"),
        "rows": presenting.cost_rows(found),
        "unmet": [service(offer.service) for offer in found.unmet],
        "may_spend": found.file.may_plan and policy.may_see(request.actor),
    }
    return render(request, "budget/costs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def spend(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Write what a thing given, or an offer, cost."""
    queries.must_see(request.actor)
    found = queries.costs(request.actor, case_id, to_change=True)
    form = CostForm(
        request.POST or None,
        things=presenting.things(found),
        lines=[presenting.line_choice(one) for one in queries.lines(request.actor)[: queries.MOST]],
        people=[(str(user.pk), user.name) for user in queries.colleagues(request.actor)],
    )
    if request.method == "POST" and form.is_valid():
        kind, _colon, thing_id = form.cleaned_data["thing"].partition(":")
        rows: Any = {"delivery": found.deliveries, "offer": found.offers}[kind]
        thing = next(row for row in rows if str(row.pk) == thing_id)
        try:
            made = actions.spend(
                actor=request.actor,
                person=found.file.person,
                cost=form.value(),
                submission=form.cleaned_data["submission"],
                **{kind: thing},
            )
        except actions.SupportError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("Written down. It waits for approval.") if made.waits else _("Written down."))
            return redirect("budget:costs", case_id)
    context = {**frame(found.file, "help"), "form": form, "title": _("Write down what it cost")}
    return render(request, "budget/file_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def no_funds(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Register a need nobody can pay for."""
    found = queries.costs(request.actor, case_id, to_change=True)
    form = NoFundsForm(request.POST or None, initial={"service": request.GET.get("service", "")[:60]})
    if request.method == "POST" and form.is_valid():
        actions.no_funds(actor=request.actor, person=found.file.person, **form.cleaned_data)
        messages.success(request, _("Kept as a need not met for lack of money. It counts in the figures."))
        return redirect("budget:costs", case_id)
    context = {**frame(found.file, "help"), "form": form, "title": _("A need there is no money for")}
    return render(request, "budget/file_form.html", context)


def _decide(request: StaffRequest, row: Any, form: Any) -> bool:
    """Do what was decided; False (with a message) when something must be put right first."""
    try:
        if row.counts:
            actions.take_back(actor=request.actor, entry=row)
        elif form.cleaned_data["answer"] == "approve":
            actions.approve(actor=request.actor, entry=row, reason=form.cleaned_data.get("reason", ""))
        else:
            actions.refuse(actor=request.actor, entry=row)
    except actions.SupportError as wrong:
        messages.error(request, str(wrong))
        return isinstance(wrong, actions.BudgetError) and not isinstance(wrong, actions.NotEnough)
    messages.success(request, _("Kept."))
    return True
