"""The directory everyone reads, and the pages where an institution looks after its own people."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.kernel.marks import mark
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.network import accounts, actions, presenting, queries
from cadra.foundation.network.forms import (
    Accept,
    Colleague,
    DeskForm,
    Invite,
    NewDesk,
    Search,
    TrainingFilter,
    TrainingForm,
)
from cadra.foundation.network.policy import keeps_members, may_administer, may_read_trainings, roles_to_give


def directory(request: HttpRequest) -> HttpResponse:
    """Who does what, where, and how to reach them (mission N1)."""
    form = Search(request.GET)
    chosen = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    rows, older = queries.directory(**chosen, after=request.GET.get("after", ""))
    context = {
        "form": form,
        "rows": [(row, pack().institution_kinds.label(row.kind)) for row in rows],
        "chosen": chosen,
        "older_url": "?" + urlencode({**chosen, "after": older}) if older else "",
        "keeps_members": keeps_members(request.actor),  # type: ignore[attr-defined]
    }
    return render(request, "network/directory.html", context)


def institution(request: HttpRequest, institution_id: UUID) -> HttpResponse:
    """One institution: mandate, area, desks. A shelter's place is never shown."""
    row = queries.institution(institution_id)
    if row is None:
        raise Http404
    place = _("withheld") if row.is_shelter else pack().place_label(row.municipality) if row.municipality else ""
    told = pack().shelter_areas(row.areas) if row.is_shelter else row.areas
    areas = [pack().place_label(code) for code in told]
    context = {
        "row": row,
        "kind": pack().institution_kinds.label(row.kind),
        "place": place,
        "areas": areas,
        "desks": [(desk, [pack().services.label(code) for code in desk.services]) for desk in row.desks.all()],
        "keeps_members": keeps_members(request.actor),  # type: ignore[attr-defined]
        "ours": may_administer(request.actor, row.pk),  # type: ignore[attr-defined]
    }
    return render(request, "network/institution.html", context)


def staff(request: HttpRequest) -> HttpResponse:
    """My institution: colleagues, their roles and desks, open invitations."""
    home = own(request)
    context = {
        "home": home,
        "people": queries.colleagues(home.pk),
        "invitations": queries.open_invitations(home.pk, now()),
        "desks": queries.desks_of(home),
        "keeps_members": home.is_responsible_authority,
    }
    return render(request, "network/staff.html", context)


def invite(request: HttpRequest) -> HttpResponse:
    """Offer an account to a colleague; the link is shown once, to be handed over safely."""
    home = own(request)
    roles = roles_to_give(request.actor, is_authority=home.is_responsible_authority)  # type: ignore[attr-defined]
    form = Invite(request.POST or None, institution=home, roles=roles)
    if request.method == "POST" and form.is_valid():
        try:
            token = actions.invite(actor=request.actor, institution=home, **form.cleaned_data)  # type: ignore[attr-defined]
        except actions.AlreadyHere:
            form.add_error("email", _("There is already an account with this address."))
        else:
            link = settings.BASE_URL + reverse("network:accept", args=[token])
            return render(request, "network/invited.html", {"link": link, "name": form.cleaned_data["name"]})
    return render(request, "network/invite.html", {"form": form})


def colleague(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Roles and desks of one colleague."""
    home = own(request)
    user = queries.colleague(home, user_id)
    if user is None:
        raise Http404
    roles = roles_to_give(request.actor, is_authority=home.is_responsible_authority)  # type: ignore[attr-defined]
    start = {
        "roles": list(user.holdings.values_list("role", flat=True)),
        "desks": list(user.desk_places.values_list("desk_id", flat=True)),
        "is_focal_point": user.is_focal_point,
        "phone": user.phone,
    }
    form = Colleague(request.POST or None, initial=start, institution=home, roles=roles)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("is_focal_point", "phone")}
        actions.set_focal_point(actor=request.actor, user=user, **said)  # type: ignore[attr-defined]
        actions.set_roles(actor=request.actor, user=user, roles=form.cleaned_data["roles"])  # type: ignore[attr-defined]
        actions.set_desks(actor=request.actor, user=user, desks=form.cleaned_data["desks"])  # type: ignore[attr-defined]
        messages.success(request, _("Saved. New roles count from the next sign-in; removed ones ended at once."))
        return redirect("network:staff")
    return render(request, "network/colleague.html", {"form": form, "colleague": user})


def desk(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    """What one of our desks does, when it answers, and which desk answers for it."""
    home = own(request)
    row = queries.desk_of(home, desk_id)
    if row is None:
        raise Http404
    start: dict[str, Any] = {name: getattr(row, name) for name in ("name", "services", "hours", "phone", "is_open")}
    if row.cover_ahead:
        start |= {"cover": row.cover_id, "cover_from": row.cover_from, "cover_until": row.cover_until}
    start["seen"] = mark(row, row.SAID)
    form = DeskForm(request.POST if request.method == "POST" else None, initial=start, desk=row)
    context: dict[str, Any] = {"form": form, "desk": row}
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        days = {"cover": said.pop("cover"), "first": said.pop("cover_from"), "last": said.pop("cover_until")}
        try:
            actions.set_desk(actor=request.actor, desk=row, **said)  # type: ignore[attr-defined]
        except actions.ChangedMeanwhile as meanwhile:
            context["now"] = presenting.desk(queries.desk_of(home, desk_id) or row)
            changed_meanwhile(form, mark(meanwhile.row, row.SAID))
        except actions.LastDesk:
            form.add_error("is_open", _last_desk(home))
        else:
            actions.set_cover(actor=request.actor, desk=row, **days)  # type: ignore[attr-defined]
            messages.success(request, _("Saved."))
            return redirect("network:staff")
    return render(request, "network/desk.html", context)


def desk_new(request: HttpRequest) -> HttpResponse:
    """One more desk of ours."""
    home = own(request)
    form = NewDesk(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_desk(actor=request.actor, institution=home, **form.cleaned_data)  # type: ignore[attr-defined]
        messages.success(request, _("The desk is there. Give it to colleagues: open each one above."))
        return redirect("network:staff")
    return render(request, "network/desk.html", {"form": form})


def _last_desk(home: Any) -> str:
    if home.is_responsible_authority:
        return _("Referrals arrive here: open another desk first.")
    return _("Requests wait here, and no other desk is open. Open another desk first, or finish them.")


def changed_meanwhile(form: Any, seen: str) -> None:
    """Keeps what was typed, says so, and takes the next save for one that has seen what stands now."""
    form.add_error(None, _("Someone changed this meanwhile. Look at it as it is now, and save again."))
    form.data = form.data.copy()
    form.data["seen"] = seen


@require_POST
def withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """The link of an invitation no longer opens."""
    invitation = queries.invitation_from(own(request), invitation_id)
    if invitation is None:
        raise Http404
    actions.withdraw_invitation(actor=request.actor, invitation=invitation)  # type: ignore[attr-defined]
    messages.success(request, _("The invitation is withdrawn: its link no longer opens."))
    return redirect("network:staff")


@require_POST
def set_active(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Close or reopen a colleague's account."""
    home = own(request)
    user = queries.colleague(home, user_id)
    if user is None:
        raise Http404
    active = request.POST.get("active") == "yes"
    try:
        actions.set_active(actor=request.actor, user=user, active=active)  # type: ignore[attr-defined]
    except actions.NotYours:
        messages.error(request, _("You can't close your own account. Ask another administrator."))
    else:
        messages.success(
            request,
            _("The account is open again.") if active else _("The account is closed and signed out everywhere."),
        )
    return redirect("network:staff")


def trainings(request: HttpRequest) -> HttpResponse:
    """Who of us took which training, and which is about to run out."""
    actor = _reader(request)
    form = TrainingFilter(request.GET)
    chosen = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    rows, older = queries.trainings(actor.institution_id, **chosen, after=request.GET.get("after", ""))
    context = {
        "form": form,
        "chosen": chosen,
        "rows": [_training(row) for row in rows],
        "older_url": "?" + urlencode({**chosen, "after": older}) if older else "",
        "keeps": may_administer(actor, actor.institution_id),
        "lists": _training_lists("trainings"),
    }
    return render(request, "network/trainings.html", context)


def training_new(request: HttpRequest) -> HttpResponse:
    """Write down a training of one or several colleagues."""
    home = own(request)
    form = TrainingForm(request.POST or None, colleagues=queries.active_colleagues(home.pk))
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        actions.record_training(actor=request.actor, institution=home, users=list(said.pop("people")), **said)  # type: ignore[attr-defined]
        messages.success(request, _("Written down."))
        return redirect("network:trainings")
    return render(request, "network/training_new.html", {"form": form})


@require_POST
def training_remove(request: HttpRequest, training_id: UUID) -> HttpResponse:
    """It was written down by mistake."""
    row = queries.training_at(own(request), training_id)
    if row is None:
        raise Http404
    actions.remove_training(actor=request.actor, training=row)  # type: ignore[attr-defined]
    messages.success(request, _("Removed from the register."))
    return redirect("network:trainings")


def my_trainings(request: HttpRequest) -> HttpResponse:
    """What stands of me in the register of trainings."""
    rows = [_training(row) for row in queries.trainings_of(request.actor.user_id)]  # type: ignore[attr-defined]
    return render(request, "network/my_trainings.html", {"rows": rows})


def untrained(request: HttpRequest) -> HttpResponse:
    """Who was named without a training the work needs, and why: of one's institution, or of all for the Responsible
    Authority. Nothing of any file."""
    actor = _reader(request)
    everywhere = actor.has(Role.RA_OFFICER)
    rows, older, count = queries.named_untrained(
        None if everywhere else actor.institution_id, request.GET.get("after", "")
    )
    context = {
        "rows": [
            {
                "row": row,
                "topics": ", ".join(pack().training_topics.label(code) for code in row.topics),
                "reason": pack().training_reasons.label(row.reason) if row.reason else _("not said"),
            }
            for row in rows
        ],
        "count": count,
        "everywhere": everywhere,
        "older_url": "?" + urlencode({"after": older}) if older else "",
        "lists": _training_lists("untrained"),
    }
    return render(request, "network/untrained.html", context)


def _training(row: Any) -> dict[str, Any]:
    """One training as a line: topic, and whether it still counts."""
    state = {"text": _("In force"), "colour": "green"}
    if row.until is not None and row.until < today():
        state = {"text": _("Ran out"), "colour": "red"}
    elif row.until is not None and row.until <= queries.runs_out_by():
        state = {"text": _("About to run out"), "colour": "yellow"}
    return {"row": row, "topic": pack().training_topics.label(row.topic), "state": state}


def _training_lists(current: str) -> list[dict[str, Any]]:
    names = {"trainings": _("Register of trainings"), "untrained": _("Named without a training")}
    return [
        {"text": text, "url": reverse(f"network:{name}"), "current": name == current} for name, text in names.items()
    ]


def _reader(request: HttpRequest) -> Any:
    actor = getattr(request, "actor", None)
    if actor is None or not may_read_trainings(actor):
        raise Http404
    return actor


@login_not_required
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """An invited colleague chooses a password; the second factor follows at the first sign-in."""
    invitation = queries.invitation_of(token, now())
    if invitation is None:
        raise Http404
    form = Accept(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            validate_password(form.cleaned_data["password"], accounts.invited_user(invitation))
        except ValidationError as error:
            form.add_error("password", error)
        else:
            try:
                accounts.open_account(invitation=invitation, password=form.cleaned_data["password"])
            except accounts.AlreadyOpen:
                messages.error(request, _("There is already an account with this address. Sign in with it."))
            else:
                messages.success(request, _("Your account is ready. Sign in to set up your second factor."))
            return redirect("account_login")
    return render(request, "network/accept.html", {"form": form, "invitation": invitation})


def own(request: HttpRequest) -> Any:
    """The institution whose administrator asks; not found to anybody else."""
    actor = getattr(request, "actor", None)
    if actor is None or not may_administer(actor, actor.institution_id):
        raise Http404
    return queries.institution(actor.institution_id)
