"""Needs: whose they are, a look at them domain by domain, what changed since the last time, on paper, into the plan."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.queries import user_names
from cadra.foundation.shell.forms import again
from cadra.record.people.actions import ChangedMeanwhile
from cadra.stages.support import actions, presenting
from cadra.stages.support.forms.needs import BeginForm, DependantForm, DomainForm, FinishForm, WantForm
from cadra.stages.support.presenting import needs as drawn
from cadra.stages.support.queries import needs
from cadra.stages.support.queries.files import file_for


@require_GET
def overview(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Hers and each dependant's: what is needed now, later, and all looks at it."""
    page = needs.needs_page(request.actor, case_id)
    context = {
        **presenting.frame(page.file, "needs"),
        "cards": [drawn.subject_card(page, subject) for subject in page.subjects],
    }
    return render(request, "support/needs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def dependant(request: StaffRequest, case_id: UUID, dependant_id: UUID | None = None) -> HttpResponse:
    """Write down somebody who depends on her, or correct it."""
    page = needs.needs_page(request.actor, case_id, to_change=True)
    known = _dependant(page, dependant_id) if dependant_id is not None else None
    form = DependantForm(request.POST or None, initial=(known.plain.get("words") or {}) if known is not None else {})
    if request.method == "POST" and form.is_valid():
        actions.name_dependant(
            actor=request.actor,
            person=page.file.person,
            words=form.words(),
            submission=form.cleaned_data["submission"],
            known=known,
        )
        messages.success(request, _("Kept."))
        return redirect("support:needs", case_id)
    context = {**presenting.frame(page.file, "needs"), "form": form, "known": known}
    return render(request, "support/needs_dependant.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: StaffRequest, case_id: UUID, dependant_id: UUID | None = None) -> HttpResponse:
    """Begin a look at needs; one that is begun already is taken up again."""
    page = needs.needs_page(request.actor, case_id, to_change=True)
    about = _dependant(page, dependant_id) if dependant_id is not None else None
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = actions.begin_assessment(
            actor=request.actor,
            person=page.file.person,
            about=about,
            held_on=form.cleaned_data["held_on"],
            held_how=form.cleaned_data["held_how"],
            submission=form.cleaned_data["submission"],
        )
        return redirect("support:assessment", case_id, row.pk)
    context = {**presenting.frame(page.file, "needs"), "form": form, "name": drawn.name_of(about)}
    return render(request, "support/needs_begin.html", context)


@require_GET
def assessment(request: StaffRequest, case_id: UUID, assessment_id: UUID) -> HttpResponse:
    """One look: still being asked, its domains; and always the answers beside those of the last time."""
    page = needs.assessment_page(request.actor, case_id, assessment_id)
    return render(request, "support/needs_assessment.html", _context(page))


@require_http_methods(["GET", "HEAD", "POST"])
def domain(request: StaffRequest, case_id: UUID, assessment_id: UUID, domain: str) -> HttpResponse:
    """One domain. Whoever saves it second sees what the first one kept, beside what was typed."""
    page = needs.assessment_page(request.actor, case_id, assessment_id, to_change=True)
    known = {one.code: (one, questions) for one, questions in page.domains}
    if domain not in known or page.assessment.finished_at is not None:
        raise Http404
    which, questions = known[domain]
    row = page.rows.get(domain)
    form = DomainForm(request.POST or None, questions=questions, initial=DomainForm.initial_of(row))
    more: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            actions.assess_domain(
                actor=request.actor,
                person=page.file.person,
                assessment=page.assessment,
                domain=domain,
                version=form.cleaned_data["version"] or 0,
                answers=form.answers(),
                words=form.words(),
            )
        except ChangedMeanwhile as changed:
            form.data = again(request.POST, version=changed.row.version)
            more["meanwhile"] = drawn.meanwhile_rows(questions, changed.row)
            more["meanwhile_by"] = user_names([changed.row.written_by]).get(changed.row.written_by, "")
        else:
            return _onward(request, page, domain)
    context = {**_context(page), "form": form, "domain": which, **more}
    return render(request, "support/needs_domain.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: StaffRequest, case_id: UUID, assessment_id: UUID) -> HttpResponse:
    """It is whole: from now on it is only read and compared."""
    page = needs.assessment_page(request.actor, case_id, assessment_id, to_change=True)
    if page.assessment.finished_at is not None:
        return redirect("support:assessment", case_id, assessment_id)
    form = FinishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.finish_assessment(
            actor=request.actor,
            person=page.file.person,
            assessment=page.assessment,
            next_on=form.cleaned_data["next_on"],
        )
        messages.success(request, _("Kept. It can be read and compared; the next time is asked anew."))
        return redirect("support:assessment", case_id, assessment_id)
    return render(request, "support/needs_finish.html", {**_context(page), "form": form})


@require_POST
def into_the_plan(request: StaffRequest, case_id: UUID, assessment_id: UUID) -> HttpResponse:
    """A need becomes a goal."""
    page = needs.assessment_page(request.actor, case_id, assessment_id, to_change=True)
    form = WantForm(request.POST)
    row = page.rows.get(request.POST.get("domain", ""))
    if not form.is_valid() or row is None or form.cleaned_data["question"] not in row.asked:
        raise Http404
    actions.want(actor=request.actor, person=page.file.person, row=row, question=form.cleaned_data["question"])
    messages.success(request, _("The need is a goal of the plan. Add its first step there."))
    return redirect("support:assessment", case_id, assessment_id)


@require_GET
def on_paper(request: StaffRequest, case_id: UUID, assessment_id: UUID | None = None) -> HttpResponse:
    """The form to print: empty, or as it was filled."""
    if assessment_id is None:
        context = presenting.frame(file_for(request.actor, case_id), "needs")
        sections = drawn.paper(None, pack().needs_version, dependant=request.GET.get("for") == "dependant")
    else:
        page = needs.assessment_page(request.actor, case_id, assessment_id, verb="looked_at_needs_copy")
        context = _context(page)
        sections = drawn.paper(page, page.assessment.questions, dependant=page.assessment.about_id is not None)
    return render(request, "support/needs_print.html", {**context, "sections": sections})


def _context(page: needs.AssessmentPage) -> dict[str, Any]:
    case_id = page.file.person.pk
    open_now = page.assessment.finished_at is None
    return {
        **presenting.frame(page.file, "needs"),
        "assessment": page.assessment,
        "before": page.before,
        "name": drawn.name_of(page.dependant),
        "tasks": drawn.domain_tasks(page) if open_now and page.file.may_plan else [],
        "sections": drawn.compared(page),
        "left_out": drawn.left_out(page),
        "case_id": case_id,
    }


def _onward(request: StaffRequest, page: needs.AssessmentPage, code: str) -> HttpResponse:
    """To the next domain in the order of the pack, or back to all of them."""
    case_id, assessment_id = page.file.person.pk, page.assessment.pk
    messages.success(request, _("Kept. You can stop here and go on later."))
    codes = [one.code for one, _questions in page.domains]
    following = codes[codes.index(code) + 1 :]
    if request.POST.get("then") == "next" and following:
        return redirect("support:assessment_domain", case_id, assessment_id, following[0])
    return redirect("support:assessment", case_id, assessment_id)


def _dependant(page: needs.NeedsPage, dependant_id: UUID) -> Any:
    for subject in page.subjects:
        if subject.dependant is not None and subject.dependant.pk == dependant_id:
            return subject.dependant
    raise Http404
