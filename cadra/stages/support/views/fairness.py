"""Rules of the house and what she says to them; restrictions and their reviews; what oversight sees."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.shell.forms import again
from cadra.record.people.actions import ChangedMeanwhile
from cadra.stages.support import actions, policy, presenting
from cadra.stages.support.actions import SupportError
from cadra.stages.support.forms.fairness import (
    HouseRulesForm,
    OversightForm,
    RestrictionForm,
    ReviewForm,
    RulesAnswerForm,
)
from cadra.stages.support.presenting import fairness as drawn
from cadra.stages.support.queries import fairness


@require_http_methods(["GET", "HEAD", "POST"])
def house_rules(request: StaffRequest) -> HttpResponse:
    """The rules of one's own institution: the administrator writes the next version."""
    rules = fairness.own_rules(request.actor)
    form = HouseRulesForm(request.POST or None, initial=rules.text)
    if request.method == "POST" and form.is_valid():
        actions.write_rules(actor=request.actor, text=form.text(), submission=form.cleaned_data["submission"])
        messages.success(request, _("The new version is in force. Everyone is asked to explain it to her."))
        return redirect("support:house_rules")
    context = {"rules": rules, "version": drawn.version_words(rules.number, rules.draft), "form": form}
    return render(request, "support/house_rules.html", context)


@require_GET
def rules(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The rules in force where she is, and what she said to them."""
    page = fairness.rules_page(request.actor, case_id)
    context = {**presenting.frame(page.file, "rules"), **drawn.rules_context(page, request.actor.language)}
    return render(request, "support/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rules_answer(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Explain the rules to her, and write down what she says."""
    page = fairness.rules_page(request.actor, case_id, to_change=True)
    profile = page.file.profile
    languages = (profile.plain.get("languages") if profile is not None else None) or [""]
    shown = {"number": page.rules.number, "draft": page.rules.draft}
    form = RulesAnswerForm(request.POST or None, initial={**shown, "language": languages[0]})
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_rules(
                actor=request.actor,
                person=page.file.person,
                institution=page.rules.institution,
                number=form.cleaned_data["number"],
                draft=form.cleaned_data["draft"],
                explained=form.value(),
                submission=form.cleaned_data["submission"],
            )
        except SupportError as wrong:
            form.data = again(request.POST, **shown)
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("What she said is kept, with the version of the rules."))
            return redirect("support:rules", case_id)
    context = {
        **presenting.frame(page.file, "rules"),
        **drawn.rules_context(page, request.actor.language),
        "form": form,
    }
    return render(request, "support/rules_answer.html", context)


@require_GET
def restrictions(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Everything she may not do as she likes, and what was lifted."""
    file, rows = fairness.restrictions_page(request.actor, case_id)
    lines = [drawn.restriction_line(row) for row in rows]
    context = {
        **presenting.frame(file, "restrictions"),
        "running": [one for one in lines if not one["is_over"]],
        "over": [one for one in lines if one["is_over"]],
        "may_restrict": file.may_plan and policy.holds(request.actor, file.case),
    }
    return render(request, "support/restrictions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def restriction_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Write a restriction down: why, on which ground, what she says, and when it is looked at again."""
    file, people = fairness.new_restriction(request.actor, case_id)
    form = RestrictionForm(request.POST or None, colleagues=people)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.restrict(
                actor=request.actor,
                person=file.person,
                new=form.value(),
                submission=form.cleaned_data["submission"],
            )
        except SupportError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("The restriction is written down. Whoever oversees sees it without her name."))
            return redirect("support:restriction", case_id, row.pk)
    context = {**presenting.frame(file, "restrictions"), "form": form}
    return render(request, "support/restriction_new.html", context)


@require_GET
def restriction(request: StaffRequest, case_id: UUID, restriction_id: UUID) -> HttpResponse:
    """One restriction and every look at it."""
    page = fairness.restriction_page(request.actor, case_id, restriction_id)
    return render(request, "support/restriction.html", _restriction_context(page))


@require_http_methods(["GET", "HEAD", "POST"])
def restriction_review(request: StaffRequest, case_id: UUID, restriction_id: UUID) -> HttpResponse:
    """Look at it again with her: it stays until another day, or it ends."""
    page = fairness.restriction_page(request.actor, case_id, restriction_id, to_change=True)
    if page.restriction.ended_on is not None:
        return redirect("support:restriction", case_id, restriction_id)
    if page.restriction.ended_on is not None:
        return redirect("support:restriction", case_id, restriction_id)
    form = ReviewForm(request.POST or None, initial={"version": page.restriction.version})
    changed = False
    if request.method == "POST" and form.is_valid():
        try:
            actions.look_again(
                actor=request.actor,
                person=page.file.person,
                restriction=page.restriction,
                version=form.cleaned_data["version"],
                looked=form.value(),
                submission=form.cleaned_data["submission"],
            )
        except ChangedMeanwhile as meanwhile:
            form.data = again(request.POST, version=meanwhile.row.version)
            changed = True
        except SupportError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("The review is kept beside the earlier ones."))
            return redirect("support:restriction", case_id, restriction_id)
    context = {**_restriction_context(page), "form": form, "changed": changed}
    return render(request, "support/restriction_review.html", context)


def _restriction_context(page: fairness.RestrictionPage) -> dict[str, Any]:
    return {
        **presenting.frame(page.file, "restrictions"),
        "line": drawn.restriction_line(page.restriction),
        "restriction": page.restriction,
        "facts": drawn.restriction_rows(page.restriction, page.names),
        "events": [drawn.review_event(one, page.names) for one in page.reviews],
    }


@require_GET
def oversight(request: StaffRequest) -> HttpResponse:
    """All restrictions of all institutions, overdue reviews first, and nobody’s name."""
    counts, names = fairness.oversight_counts(request.actor)
    houses = sorted(names.items(), key=lambda pair: pair[1])
    form = OversightForm(request.GET, institutions=houses)
    chosen = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    found, older = fairness.oversight(request.actor, **chosen, after=request.GET.get("after", ""))
    context = {
        "form": form,
        "chosen": chosen,
        "rows": [drawn.oversight_row(one, names) for one in found],
        "totals": drawn.oversight_totals(counts, names),
        "head": _head(),
        "older_url": "?" + urlencode({**chosen, "after": older}) if older else "",
    }
    return render(request, "support/oversight.html", context)


def _head() -> list[Any]:
    """Heads of the columns of oversight."""
    return [
        _("Institution"),
        _("What is restricted"),
        {"text": _("Weeks"), "numeric": True},
        _("Does she agree"),
        _("Next review"),
        {"text": _("Reviews"), "numeric": True},
    ]
