"""Lists of tasks: mine, given, my team's, my institution's, one file's."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cadra.foundation.access.middleware import StaffRequest
from cadra.record.tasks import policy, presenting, queries
from cadra.record.tasks.forms import ListFilter
from cadra.record.tasks.queries.lists import WHOSE, Chosen


@require_GET
def tasks(request: StaffRequest) -> HttpResponse:
    """What is to be done, soonest first."""
    actor = request.actor
    form = ListFilter(request.GET)
    chosen = _chosen(request, form)
    page = queries.listed(actor, chosen)
    leads = policy.leads(actor)
    loads = queries.loads(actor) if chosen.whose == "house" else []
    who = next((load.user.name for load in loads if load.user.pk == chosen.who), "")
    context: dict[str, Any] = {
        "whose": chosen.whose,
        "heading": presenting.LISTS[chosen.whose],
        "lists": presenting.lists(chosen.whose, leads=leads),
        "rows": presenting.lines(page.rows),
        "older_url": presenting.address(chosen, older=page.older) if page.older else "",
        "form": form,
        "chosen": presenting.filters(chosen, form, who),
        "clear_url": presenting.address(Chosen(chosen.whose)),
        "loads": presenting.loads_rows(loads, chosen),
        "loads_head": [
            _("Colleague"),
            *({"text": text, "numeric": True} for text in (_("Open tasks"), _("Overdue"), _("Not accepted"))),
        ],
        "just_done": presenting.lines(queries.just_done(actor)) if chosen.whose == "mine" else [],
        "may_finish": chosen.state == Chosen.state and chosen.whose == "mine",
    }
    return render(request, "tasks/list.html", context)


@require_GET
def of_file(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The tasks of one file: open ones by their date, or those that are over."""
    over = request.GET.get("show") == "over"
    page = queries.file_page(request.actor, case_id, over=over)
    context = {**presenting.frame(page), "rows": presenting.lines_of(page), "over": over}
    return render(request, "tasks/of_file.html", context)


def _chosen(request: StaffRequest, form: ListFilter) -> Chosen:
    values = form.cleaned_data if form.is_valid() else {}
    whose = request.GET.get("whose", "") or "mine"
    if whose not in WHOSE:
        raise Http404
    try:
        who = UUID(request.GET["who"]) if request.GET.get("who") else None
    except ValueError:
        raise Http404 from None
    return Chosen(
        whose=whose,
        when=values.get("when", ""),
        state=values.get("state") or Chosen.state,
        about=values.get("about", ""),
        who=who,
        cursor=request.GET.get("older", ""),
    )
