"""Papers she lacks: begin to follow one, write how far it has come."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.shell.forms import again
from cadra.record.documents import actions
from cadra.record.people.actions import ChangedMeanwhile
from cadra.steering.mechanism import document_words, presenting
from cadra.steering.mechanism.forms.documents import PaperForm, paper_word
from cadra.steering.mechanism.queries import documents as queries


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """A paper she lacks."""
    file = queries.file_to_follow(request.actor, case_id)
    form = PaperForm(request.POST or None, initial={"progress": "lacking"})
    if request.method == "POST" and form.is_valid():
        actions.need_paper(
            actor=request.actor,
            person=file.person,
            kind=form.cleaned_data["kind"],
            standing=_standing(form),
            submission=form.cleaned_data["submission"],
        )
        messages.success(request, _("Kept. The day to look again is among the next dates of the file."))
        return redirect("mechanism:documents", case_id)
    return render(request, "mechanism/paper.html", {**presenting.frame(file, "documents"), "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: StaffRequest, case_id: UUID, paper_id: UUID) -> HttpResponse:
    """How far it has come; when somebody else wrote meanwhile, both are shown and nothing is lost."""
    file, row = queries.paper_page(request.actor, case_id, paper_id)
    form = PaperForm(request.POST or None, initial=_start(row), known=True)
    context: dict[str, Any] = {"form": form, "name": paper_word(row.kind), "paper": row}
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_paper(
                actor=request.actor,
                person=file.person,
                paper=row,
                version=form.cleaned_data["version"] or 0,
                standing=_standing(form),
            )
        except ChangedMeanwhile as changed:
            data = again(request.POST, version=changed.row.version)
            context |= {"form": PaperForm(data, known=True), "meanwhile": _told(changed.row)}
            return render(
                request, "mechanism/paper.html", {**presenting.frame(file, "documents"), **context}, status=409
            )
        messages.success(request, _("Kept."))
        return redirect("mechanism:documents", case_id)
    return render(request, "mechanism/paper.html", {**presenting.frame(file, "documents"), **context})


def _start(row: Any) -> dict[str, Any]:
    return {
        "progress": row.progress,
        "applied_on": row.applied_on,
        "expected_on": row.expected_on,
        "ended_on": row.ended_on,
        "note": row.plain["words"]["note"],
        "version": row.version,
    }


def _standing(form: PaperForm) -> actions.Standing:
    given = form.cleaned_data
    return actions.Standing(
        given["progress"], given["applied_on"], given["expected_on"], given["ended_on"], given["note"]
    )


def _told(row: Any) -> dict[str, Any]:
    return document_words.paper_line(row, may_follow=False)
