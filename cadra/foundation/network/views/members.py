"""The institutions of the mechanism, kept by the Responsible Authority's administrator; and each one's own entry."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.marks import mark
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.network import actions, presenting, queries
from cadra.foundation.network.forms import EntryForm, InviteAdministrator, Members
from cadra.foundation.network.policy import keeps_members
from cadra.foundation.network.views.own import changed_meanwhile, own


def members(request: HttpRequest) -> HttpResponse:
    """All institutions: which nobody administers, and which left."""
    _keeper(request)
    form = Members(request.GET)
    chosen = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    rows, older = queries.members(**chosen, after=request.GET.get("after", ""))
    context = {
        "form": form,
        "chosen": chosen,
        "rows": [(row, pack().institution_kinds.label(row.kind)) for row in rows],
        "older_url": "?" + urlencode({**chosen, "after": older}) if older else "",
    }
    return render(request, "network/members.html", context)


def member_new(request: HttpRequest) -> HttpResponse:
    """A new member of the mechanism; next its first administrator is invited."""
    actor = _keeper(request)
    form = EntryForm(request.POST or None, row=None, whole=True)
    if request.method == "POST" and form.is_valid():
        row = actions.add_institution(actor=actor, **form.cleaned_data)
        messages.success(request, _("The institution is in the directory. Now invite whoever is to administer it."))
        return redirect("network:member_invite", row.pk)
    return render(request, "network/entry.html", {"form": form, "back_url": reverse("network:members")})


def member(request: HttpRequest, institution_id: UUID) -> HttpResponse:
    """One institution: what the directory says, who administers it, whether it belongs to the mechanism."""
    _actor, row = _member(request, institution_id)
    context = {
        "row": row,
        "entry": presenting.entry(row),
        "administrators": queries.administrators_ever(row),
        "invitations": queries.open_invitations(row.pk, now()),
    }
    return render(request, "network/member.html", context)


def member_entry(request: HttpRequest, institution_id: UUID) -> HttpResponse:
    """What the directory says of an institution."""
    actor, row = _member(request, institution_id)
    return _entry(request, actor, row, whole=True, back_url=reverse("network:member", args=[row.pk]))


def entry(request: HttpRequest) -> HttpResponse:
    """What the directory says of my own institution."""
    home = own(request)
    actor: Any = request.actor  # type: ignore[attr-defined]
    return _entry(request, actor, home, whole=home.is_responsible_authority, back_url=reverse("network:staff"))


def _entry(request: HttpRequest, actor: Any, row: Any, *, whole: bool, back_url: str) -> HttpResponse:
    start = {name: getattr(row, name) for name in row.ENTRY} | {"seen": mark(row, row.ENTRY)}
    form = EntryForm(request.POST or None, row=row, whole=whole, initial=start)
    context: dict[str, Any] = {"form": form, "row": row, "back_url": back_url}
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_entry(actor=actor, institution=row, **form.cleaned_data)
        except actions.ChangedMeanwhile as meanwhile:
            context["now"] = presenting.entry(meanwhile.row)
            changed_meanwhile(form, mark(meanwhile.row, row.ENTRY))
        else:
            messages.success(request, _("Saved. Everyone finds it so in the directory."))
            return redirect(back_url)
    return render(request, "network/entry.html", context)


def member_invite(request: HttpRequest, institution_id: UUID) -> HttpResponse:
    """Offer an administrator's account; the link is shown once."""
    actor, row = _member(request, institution_id)
    if not row.is_active or row.pk == actor.institution_id:
        raise Http404
    form = InviteAdministrator(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {**form.cleaned_data, "roles": [Role.INSTITUTION_ADMIN], "desk": None}
        try:
            token = actions.invite(actor=actor, institution=row, **said)
        except actions.AlreadyHere:
            form.add_error("email", _("There is already an account with this address."))
        else:
            link = settings.BASE_URL + reverse("network:accept", args=[token])
            context = {"link": link, "name": said["name"], "back_url": reverse("network:member", args=[row.pk])}
            return render(request, "network/invited.html", context)
    return render(request, "network/member_invite.html", {"form": form, "row": row})


@require_POST
def member_withdraw(request: HttpRequest, institution_id: UUID, invitation_id: UUID) -> HttpResponse:
    """The link of an administrator's invitation no longer opens."""
    actor, row = _member(request, institution_id)
    invitation = queries.invitation_from(row, invitation_id)
    if invitation is None:
        raise Http404
    actions.withdraw_invitation(actor=actor, invitation=invitation)
    messages.success(request, _("The invitation is withdrawn: its link no longer opens."))
    return redirect("network:member", row.pk)


@require_POST
def administrator(request: HttpRequest, institution_id: UUID, user_id: UUID) -> HttpResponse:
    """Close or reopen the account of an institution's administrator."""
    actor, row = _member(request, institution_id)
    user = next((one for one in queries.administrators_ever(row) if one.pk == user_id), None)
    if user is None or row.pk == actor.institution_id:
        raise Http404
    active = request.POST.get("active") == "yes"
    actions.set_active(actor=actor, user=user, active=active)
    told = _("The account is open again.") if active else _("The account is closed and signed out everywhere.")
    messages.success(request, told)
    return redirect("network:member", row.pk)


def member_close(request: HttpRequest, institution_id: UUID) -> HttpResponse:
    """It leaves the mechanism: what that means, what still stands in the way, and the yes."""
    actor, row = _member(request, institution_id)
    if row.is_responsible_authority or not row.is_active:
        raise Http404
    waits = queries.still_waits(row)
    if request.method == "POST" and not waits:
        try:
            actions.close_institution(actor=actor, institution=row)
        except actions.StillWaits as meanwhile:
            waits = list(meanwhile.what)
        else:
            messages.success(request, _("The institution is closed. It is no longer in the directory."))
            return redirect("network:member", row.pk)
    context = {"row": row, "waits": [presenting.WAITS[one] for one in waits]}
    return render(request, "network/member_close.html", context)


@require_POST
def member_open(request: HttpRequest, institution_id: UUID) -> HttpResponse:
    """It belongs to the mechanism again."""
    actor, row = _member(request, institution_id)
    if row.is_responsible_authority:
        raise Http404
    actions.open_institution(actor=actor, institution=row)
    messages.success(request, _("The institution is in the directory again. Open the account of an administrator."))
    return redirect("network:member", row.pk)


def _keeper(request: HttpRequest) -> Any:
    actor = getattr(request, "actor", None)
    if actor is None or not keeps_members(actor):
        raise Http404
    return actor


def _member(request: HttpRequest, institution_id: UUID) -> tuple[Any, Any]:
    actor, row = _keeper(request), queries.member(institution_id)
    if row is None:
        raise Http404
    return actor, row
