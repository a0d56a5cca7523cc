"""Identity for a purpose and a few minutes; safe contact; the profile. Each is edited with care for two editors."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import again
from cadra.record.people import actions as people
from cadra.steering.mechanism import actions, presenting, record_lines
from cadra.steering.mechanism.forms import record as forms
from cadra.steering.mechanism.identity_window import close_window, open_window, window_of
from cadra.steering.mechanism.policy import may_write_about
from cadra.steering.mechanism.queries import record as queries
from cadra.steering.mechanism.queries.opened import Opened, opened
from cadra.steering.mechanism.words import purpose_word


@dataclass(frozen=True)
class Kind:
    """One record of the file that is edited: how it is saved, told in lines, and typed."""

    part: str
    page: str
    save: Callable[..., Any]
    lines: Callable[[dict[str, Any]], record_lines.Lines]
    form: type[forms.Versioned]
    rows: tuple[tuple[str, str, Any, tuple[str, ...]], ...] = ()
    """(value, heading, formset, fields of which one is filled) for each list within it."""


IDENTITY = Kind(
    "identity",
    "identity",
    people.save_identity,
    record_lines.identity_lines,
    forms.IdentityForm,
    (
        ("names", "names", forms.NameFormSet, ("given", "family")),
        ("documents", "documents", forms.DocumentFormSet, ("number", "kind")),
    ),
)
PROFILE = Kind("core", "file", people.save_profile, record_lines.profile_lines, forms.ProfileForm)
CONTACT = Kind(
    "contact",
    "contact",
    actions.save_contact,
    record_lines.contact_lines,
    forms.ContactForm,
    (("channels", "channels", forms.ChannelFormSet, ("value",)),),
)


@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Who she is: asks why, then shows it for a few minutes."""
    window = window_of(request.session, case_id)
    file, row = queries.identity(request.actor, case_id, purpose=window.purpose if window else "")
    if window is not None and request.method != "POST":
        lines = record_lines.identity_lines(queries.plain_of(row))
        return render(
            request,
            "mechanism/identity.html",
            {
                **presenting.frame(file, "identity", until=window.until),
                "rows": record_lines.rows(lines),
                "purpose": purpose_word(window.purpose),
                "may_edit": may_write_about(file.writing, "identity"),
            },
        )
    form = forms.PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        open_window(request.session, case_id, form.cleaned_data["purpose"])
        return redirect("mechanism:identity", case_id)
    minutes = pack().limit("identity_open").value
    context = {**presenting.frame(file, "identity"), "form": form, "minutes": minutes}
    return render(request, "mechanism/identity_purpose.html", context)


@require_POST
def identity_close(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Close it before its time."""
    opened(request.actor, case_id)
    close_window(request.session, case_id)
    messages.success(request, _("Identity is closed again."))
    return redirect("mechanism:file", case_id)


@require_http_methods(["GET", "HEAD", "POST"])
def identity_edit(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Correct who she is; only while it is open for a purpose."""
    window = window_of(request.session, case_id)
    file, row = queries.identity(request.actor, case_id, purpose=window.purpose if window else "")
    if window is None:
        messages.info(request, _("Identity was closed again. Open it for a purpose, then correct it."))
        return redirect("mechanism:identity", case_id)
    return _edit(request, IDENTITY, file, row, _("Correct her identity"), window.until)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Change how she may be reached."""
    file, row = queries.contact(request.actor, case_id)
    return _edit(request, CONTACT, file, row, _("Change safe contact"))


@require_http_methods(["GET", "HEAD", "POST"])
def profile_edit(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Change the name she goes by, languages and the rest that everyone needs."""
    file, row = queries.profile(request.actor, case_id)
    return _edit(request, PROFILE, file, row, _("What everyone who works with her needs to know"))


def _edit(
    request: StaffRequest, kind: Kind, file: Opened, row: Any, title: str, until: dt.datetime | None = None
) -> HttpResponse:
    """Show the form, save it, or show both texts when someone else saved meanwhile."""
    if not may_write_about(file.writing, kind.part):
        raise Http404
    plain = queries.plain_of(row)
    changed: list[dict[str, str]] = []
    form, lists = _forms(kind, plain, row.version if row else 0, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and all(one.is_valid() for one in lists.values()):
        values = _values(kind, form, lists)
        try:
            kind.save(actor=request.actor, person=file.person, version=form.shown_version, **values)
        except people.ChangedMeanwhile as meanwhile:
            theirs = queries.plain_of(meanwhile.row)
            changed = record_lines.differences(kind.lines(theirs), kind.lines({**theirs, **values}))
            form, lists = _forms(kind, plain, meanwhile.row.version, again(request.POST, version=meanwhile.row.version))
        if not changed:
            messages.success(request, _("Saved. Whoever this part of the file is open to sees it now."))
            return redirect(f"mechanism:{kind.page}", file.person.pk)
    context = {
        **presenting.frame(file, kind.page, until=until),
        "title": title,
        "form": form,
        "lists": [{"heading": _heading(name), "formset": formset} for name, formset in lists.items()],
        "changed": changed,
        "back_url": reverse(f"mechanism:{kind.page}", args=[file.person.pk]),
    }
    return render(request, "mechanism/edit.html", context, status=409 if changed else 200)


def _forms(kind: Kind, plain: dict[str, Any], version: int, data: Any) -> tuple[forms.Versioned, dict[str, Any]]:
    start = {**kind.form.initial_of(plain), "version": version}  # type: ignore[attr-defined]
    lists = {
        value: formset(data, initial=plain.get(value) or [], prefix=value) for value, _head, formset, _keys in kind.rows
    }
    return kind.form(data, initial=start), lists


def _values(kind: Kind, form: forms.Versioned, lists: dict[str, Any]) -> dict[str, Any]:
    return {**form.values(), **{value: forms.filled(lists[value], *keys) for value, _h, _f, keys in kind.rows}}


def _heading(name: str) -> str:
    return {"names": _("Names"), "documents": _("Documents"), "channels": _("Ways to reach her")}[name]
