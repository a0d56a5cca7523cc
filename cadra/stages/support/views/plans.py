"""The plan: the board, goals and steps, her agreement, the copy to take along, how it changed."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.shell.forms import again
from cadra.record.people.actions import ChangedMeanwhile
from cadra.stages.support import actions, merging, presenting
from cadra.stages.support.forms.plans import AgreeForm, DoForm, GoalForm, steps_formset, to_show
from cadra.stages.support.queries import plans
from cadra.stages.support.queries.boards import kept_steps
from cadra.stages.support.queries.safety import betraying

MORE_STEPS = 3
VIEW_COOKIE = "cadra-plan"  # how this browser last looked at a plan: by goal or by date, of whom it does not say
YEAR = 365 * 24 * 3600


@require_GET
def plan(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Goals with steps, offers, where referrals stand, what comes next; by goal or by date, as last chosen."""
    file, board = plans.plan_page(request.actor, case_id)
    agreement = (board.plan.plain.get("agreement") or {}) if board.plan is not None else {}
    view = presenting.view_chosen(request.GET.get("by", ""), request.COOKIES.get(VIEW_COOKIE, ""))
    context = {
        **presenting.frame(file, "plan"),
        "board": board,
        "view": view,
        "views": presenting.views(case_id, view),
        "by_date": presenting.by_date(board) if view == "date" else [],
        "agreement": agreement,
        "agreement_form": presenting.FORM_WORDS.get(agreement.get("form", ""), ""),
        "changed_since": len(plans.reviewed(file, board.plan, board.open_goals).changes),
        "next": presenting.next_lines(board),
        "open_goals": [presenting.goal_card(goal) for goal in board.open_goals],
        "closed_goals": [presenting.goal_card(goal) for goal in board.closed_goals],
        "offers": [presenting.offer_line(one) for _d, offers in board.by_decision for one in offers],
        "referrals": [presenting.referral_line(one, board.desks) for one in board.referrals],
        "to_settle": {one.pk for one in board.to_settle},
    }
    answer = render(request, "support/plan.html", context)
    if request.GET.get("by"):
        answer.set_cookie(VIEW_COOKIE, view, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Strict")
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def new_goal(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """A goal in her words, with its first steps."""
    actor = request.actor
    file = plans.file_to_plan(actor, case_id)
    adding = request.POST.get("then") == "more"
    form = GoalForm(request.POST or None)
    people = plans.who_may_do(actor, case_id)
    steps = steps_formset(
        request.POST or None, more=MORE_STEPS if adding else 0, people=people, carrier=file.case.manager_id
    )
    if request.method == "POST" and not adding and all([form.is_valid(), steps.is_valid()]):
        actions.add_goal(
            actor=actor,
            person=file.person,
            words=form.cleaned_data["words"],
            service=form.cleaned_data["service"],
            steps=steps.values(),
            submission=form.cleaned_data["submission"],
        )
        messages.success(request, _("The goal is in the plan."))
        return redirect("support:plan", case_id)
    return _goal_form(request, file, form, steps, {"is_new": True})


@require_http_methods(["GET", "HEAD", "POST"])
def goal(request: StaffRequest, case_id: UUID, goal_id: UUID) -> HttpResponse:
    """Change a goal. Whoever saves second sees what the first one wrote, and keeps what was typed."""
    actor = request.actor
    page = plans.goal_page(actor, case_id, goal_id)
    row: Any = page.goal
    current, people = merging.content_of(row), plans.who_may_do(actor, case_id)
    adding = request.POST.get("then") == "more"
    form = GoalForm(request.POST or None, initial=_as_shown(current, row.version, current))
    steps = steps_formset(
        request.POST or None,
        steps=kept_steps(row),
        more=MORE_STEPS if adding else 0,
        people=people,
        carrier=page.file.case.manager_id,
    )
    more: dict[str, Any] = {"goal": row, "changes": page.changes}
    if request.method == "POST" and not adding and all([form.is_valid(), steps.is_valid()]):
        typed = merging.Content(form.cleaned_data["words"], form.cleaned_data["service"], tuple(steps.values()))
        base = form.was_shown()
        try:
            actions.change_goal(
                actor=actor,
                person=page.file.person,
                goal=row,
                version=form.cleaned_data["version"] or 0,
                words=typed.words,
                service=typed.service,
                steps=typed.steps,
                shown=base,
            )
        except ChangedMeanwhile as changed:
            # What only one of the two changed is put together already; the rest stands side by side.
            current = merging.content_of(changed.row)
            merged = merging.merge(base, typed, current) if base else merging.Merged(typed)
            form = GoalForm(initial=_as_shown(merged.content, changed.row.version, current))
            steps = steps_formset(steps=merged.content.steps, people=people, carrier=page.file.case.manager_id)
            more["meanwhile"] = presenting.goal_card(changed.row)
            more["meanwhile_by"] = plans.user_names([changed.row.written_by]).get(changed.row.written_by, "")
            more["conflicts"] = presenting.conflict_lines(merged.conflicts, people)
        else:
            messages.success(request, _("The goal was changed. What it said before is kept."))
            theirs = presenting.difference_lines(merging.differences(base, current) if base else [], people)
            if theirs:
                said = "; ".join(line["text"] for line in theirs)
                messages.info(
                    request, _("Meanwhile somebody else changed this goal, and that stays: %(what)s") % {"what": said}
                )
            return redirect("support:plan", case_id)
    return _goal_form(request, page.file, form, steps, more)


@require_POST
def do(request: StaffRequest, case_id: UUID, goal_id: UUID) -> HttpResponse:
    """A button of the board."""
    actor = request.actor
    page = plans.goal_page(actor, case_id, goal_id)
    form = DoForm(request.POST)
    if form.is_valid():
        step: str = form.cleaned_data["step"]
        who: dict[str, Any] = {"actor": actor, "person": page.file.person, "goal": page.goal}
        verb = form.cleaned_data["do"]
        if verb == "finish_step":
            actions.finish_step(**who, step=step)
            messages.success(request, _("The step is done."))
        elif verb == "drop_step":
            actions.drop_step(**who, step=step)
            messages.success(request, _("The step was taken off the plan. It stays in its history."))
        elif verb == "reach":
            actions.reach_goal(**who)
            messages.success(request, _("The goal is reached."))
        elif verb == "drop":
            actions.drop_goal(**who)
            messages.success(request, _("The goal was dropped. It stays in the history and can be taken up again."))
        else:
            actions.reopen_goal(**who)
            messages.success(request, _("The goal is open again."))
    return redirect("support:plan", case_id)


@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """She agrees to the plan as it stands."""
    actor = request.actor
    review = plans.review_page(actor, case_id)
    file, row = review.file, review.plan
    form = AgreeForm(request.POST or None, initial={"version": row.version if row is not None else 1})
    changed = False
    if request.method == "POST" and form.is_valid():
        try:
            actions.agree_plan(
                actor=actor,
                person=file.person,
                version=form.cleaned_data["version"],
                agreed_on=form.cleaned_data["agreed_on"],
                form=form.cleaned_data["form"],
                her_words=form.cleaned_data["her_words"],
                review_on=form.cleaned_data["review_on"],
            )
        except ChangedMeanwhile as meanwhile:
            form.data = again(request.POST, version=meanwhile.row.version)
            row, changed = meanwhile.row, True
        else:
            messages.success(request, _("Her agreement is kept, and the day you look at the plan again."))
            return redirect("support:plan", case_id)
    context = {
        **presenting.frame(file, "plan"),
        "form": form,
        "changed": changed,
        "row": row,
        "agreed_before": row is not None and row.agreed_on,
        "review": presenting.review_lines(review.changes, plans.who_may_do(actor, case_id)),
    }
    return render(request, "support/plan_agree.html", context)


@require_GET
def to_take_along(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The plan on paper, in plain words, with nothing that says which service it came from."""
    file, board = plans.plan_page(request.actor, case_id, verb="looked_at_plan_copy")
    goals = [presenting.goal_card(goal) for goal in board.open_goals]
    steps = [text for card in goals for step in card["steps"] for text in (step["what"], step["who"])]
    context = {
        **presenting.frame(file, "plan"),
        "board": board,
        "goals": goals,
        "telling": betraying([*(card["words"] for card in goals), *steps]),
    }
    return render(request, "support/plan_print.html", context)


@require_GET
def history(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Earlier wordings of the plan and its goals."""
    file, changes, older = plans.history_page(request.actor, case_id, request.GET.get("after", ""))
    names = plans.user_names(change.changed_by for change in changes)
    context = {**presenting.frame(file, "plan"), "events": presenting.change_events(changes, names), "older": older}
    return render(request, "support/plan_history.html", context)


def _as_shown(content: merging.Content, version: int, current: merging.Content) -> dict[str, Any]:
    """The start of a goal's form; `current`: what it says in the database, to come back with what is typed."""
    return {"words": content.words, "service": content.service, "version": version, "shown": to_show(current)}


def _goal_form(request: StaffRequest, file: Any, form: GoalForm, steps: Any, more: dict[str, Any]) -> HttpResponse:
    context = {**presenting.frame(file, "plan"), "form": form, "steps": steps, **more}
    return render(request, "support/goal_form.html", context)
