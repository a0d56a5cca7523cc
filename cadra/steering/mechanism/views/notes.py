"""Notes: read, write, correct one's own."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.shell.forms import again
from cadra.record.cases import actions as cases
from cadra.record.people.actions import ChangedMeanwhile
from cadra.steering.mechanism import presenting
from cadra.steering.mechanism.forms.notes import CorrectionForm, NoteForm
from cadra.steering.mechanism.policy import parts_for_notes
from cadra.steering.mechanism.queries import pages as queries


@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The notes open to me, and a place to write."""
    page = queries.notes_page(request.actor, case_id, moment_of(request.GET.get("before", "")))
    parts = parts_for_notes(page.file.writing)
    if request.method == "POST" and not parts:
        raise Http404
    form = NoteForm(request.POST if request.method == "POST" else None, parts)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        cases.write_note(
            actor=request.actor,
            person=page.file.person,
            compartment=given["part"],
            text=given["text"],
            note_id=uuid5(request.actor.user_id, str(given["submission"])),
        )
        messages.success(
            request,
            _("Note saved. It can be read by whoever “%(part)s” is open to.")
            % {"part": Compartment(given["part"]).label},
        )
        return redirect("mechanism:notes", case_id)
    here = reverse("mechanism:notes", args=[case_id])
    context = {
        **presenting.frame(page.file, "notes"),
        "form": form if parts else None,
        "notes": [_line(request, note, page) for note in page.notes],
        "older_url": f"{here}?before={page.older.replace('+', '%2B')}" if page.older else "",
        "newest_url": here if request.GET.get("before") else "",
    }
    return render(request, "mechanism/notes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: StaffRequest, case_id: UUID, note_id: UUID) -> HttpResponse:
    """Correct a note of my own; when it changed meanwhile, both texts are shown and nothing is lost."""
    file, row, _names = queries.note_page(request.actor, case_id, note_id)
    if row.written_by != request.actor.user_id or row.compartment_of_row not in parts_for_notes(file.writing):
        raise Http404
    start = {"text": row.plain["text"], "version": row.version}  # type: ignore[attr-defined]
    form = CorrectionForm(request.POST if request.method == "POST" else None, initial=start)
    meanwhile = ""
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["text"]
        try:
            cases.change_note(
                actor=request.actor, person=file.person, note=row, version=form.cleaned_data["version"], text=typed
            )
        except ChangedMeanwhile as changed:
            meanwhile = changed.row.plain["text"]
            if meanwhile != typed:
                data = again(request.POST, version=changed.row.version)
                context = {**presenting.frame(file, "notes"), "form": CorrectionForm(data), "meanwhile": meanwhile}
                return render(request, "mechanism/note.html", context, status=409)
        messages.success(request, _("Note saved."))
        return redirect("mechanism:notes", case_id)
    return render(request, "mechanism/note.html", {**presenting.frame(file, "notes"), "form": form})


def moment_of(text: str) -> dt.datetime | None:
    """The moment a list continues from; nothing when the address says none, 404 when it says nonsense."""
    if not text:
        return None
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Http404
    return found


def _line(request: StaffRequest, note: Any, page: queries.NotesPage) -> dict[str, Any]:
    return {
        "part": Compartment(note.compartment_of_row).label,
        "text": note.plain["text"],
        "when": note.written_at,
        "changed": note.changed_at,
        "by": page.names.user(note.written_by),
        "where": page.names.institution(note.institution_id),
        "url": reverse("mechanism:note", args=[note.case_id, note.pk])
        if note.written_by == request.actor.user_id
        else "",
    }
