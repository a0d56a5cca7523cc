"""One's own account: the code of conduct, signed-in devices, the panic lock, and what was kept when a session ended."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cadra.foundation.access import actions, drafts, queries
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.forms import AskReset
from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.access.policy import FACTOR_LINK_LASTS, may_answer_for_factors
from cadra.foundation.access.sessions import token_hash
from cadra.foundation.access.signin import session_row
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.network.actions import CannotCover, say_sex
from cadra.foundation.network.forms import AboutMe, Absence
from cadra.foundation.network.policy import may_read_trainings
from cadra.foundation.network.queries import stand_ins_for


def _actor(request: HttpRequest) -> Actor:
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise Http404
    return actor


def undertaking(request: StaffRequest) -> HttpResponse:
    """The code of conduct and confidentiality undertaking: read, then signed, once per version (mission N8)."""
    actor = _actor(request)
    code = pack().code_of_conduct
    if request.method == "POST":
        if request.POST.get("agree") != "yes":
            messages.error(request, _("Tick the box to say that you have read it and will keep to it."))
            return redirect("access:undertaking")
        actions.sign_undertaking(actor=actor, version=code.version, language=get_language() or "")
        messages.success(request, _("Signed. Thank you for keeping what you learn to yourself."))
        return redirect("mechanism:home")
    signed = session_row(request).signed == code.version
    return render(request, "access/undertaking.html", {"code": code, "signed": signed})


def account(request: StaffRequest) -> HttpResponse:
    """My account: who I am here, my devices, my second factors."""
    actor = _actor(request)
    own = token_hash(actor.ring.token or "")
    devices = [
        {"row": row, "key": bytes(row.pk).hex(), "is_this": bytes(row.pk) == own} for row in queries.my_sessions(actor)
    ]
    context = {
        "devices": devices,
        "roles": queries.role_labels(actor),
        "stood_in_for": queries.stood_in_for(actor),
        "covered_desks": queries.covered_desks(actor),
        "reads_trainings": may_read_trainings(actor),
        "reset": queries.my_reset(actor),
    }
    return render(request, "access/account.html", context)


@require_POST
def end(request: StaffRequest) -> HttpResponse:
    """End one of my devices, or all but this one."""
    actor = _actor(request)
    key = request.POST.get("device", "")
    if key == "others":
        actions.end_other_sessions(actor=actor)
    else:
        try:
            actions.end_session(actor=actor, token_hash_hex=key)
        except ValueError:
            raise Http404 from None
    messages.success(request, _("Ended. That device has to sign in again."))
    return redirect("access:account")


@require_POST
def lock(request: StaffRequest) -> HttpResponse:
    """Panic lock: every device of mine is signed out at once."""
    actions.lock_out(actor=_actor(request))
    logout(request)
    return redirect("account_login")


def absence(request: StaffRequest, user_id: uuid.UUID | None = None) -> HttpResponse:
    """When I am away and who stands in for me; for an administrator, the same for a colleague."""
    actor = _actor(request)
    user = queries.absentee(actor, user_id)
    if user is None:
        raise Http404
    back = "access:account" if user_id is None else "network:staff"
    if request.method == "POST" and request.POST.get("end") == "yes":
        actions.end_absence(actor=actor, user=user)
        messages.success(request, _("Taken away. Nobody stands in any more."))
        return redirect(back)
    start: dict[str, Any] = {}
    if user.absence_ahead:
        start = {"first": user.absent_from, "last": user.absent_until, "cover": user.covered_by_id}
    form = Absence(request.POST or None, initial=start, colleagues=stand_ins_for(user))
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_absence(actor=actor, user=user, **form.cleaned_data)
        except CannotCover:
            form.add_error("cover", _("This colleague is away in these days too. Choose someone who is there."))
        else:
            told = form.cleaned_data["cover"] is not None
            messages.success(request, _("Saved. Whoever stands in has been told.") if told else _("Saved."))
            return redirect(back)
    context = {
        "form": form,
        "person": user,
        "own": user.pk == actor.user_id,
        "carries": actor.has(Role.CASE_MANAGER, Role.CHILD_PROTECTION_WORKER),
        "back": reverse(back),
        "stood_in_for": queries.stood_in_for(actor) if user.pk == actor.user_id else [],
    }
    return render(request, "access/absence.html", context)


def about(request: StaffRequest) -> HttpResponse:
    """Whether I am a woman or a man, if I want to say so: some of those we help choose who works with them."""
    actor = _actor(request)
    form = AboutMe(request.POST or None, initial={"sex": queries.sex_of(actor)})
    if request.method == "POST" and form.is_valid():
        say_sex(actor=actor, sex=form.cleaned_data["sex"])
        messages.success(request, _("Saved."))
        return redirect("access:account")
    return render(request, "access/about.html", {"form": form})


def kept(request: StaffRequest) -> HttpResponse:
    """Forms that were sent after the session had ended: look, send again, or throw away."""
    actor = _actor(request)
    if request.method == "POST":
        try:
            drafts.forget(actor, uuid.UUID(request.POST.get("draft", "")))
        except ValueError:
            raise Http404 from None
        return redirect("mechanism:home")
    forms = drafts.kept_for(actor)
    if not forms:
        return redirect("mechanism:home")
    shown = [
        {
            "draft": row,
            "fields": [(name, value) for name, values in typed.lists() for value in values],
            "longest": max(drafts.words(typed), key=len, default=""),
        }
        for row, typed in forms
    ]
    return render(request, "access/kept.html", {"forms": shown})


def factors(request: StaffRequest) -> HttpResponse:
    """Lost second factors: ask for a colleague's to be taken away, and see what waits for a second administrator."""
    actor = _answers_for_factors(request)
    start = {"email": queries.address_of_colleague(actor, request.GET.get("of", ""))}
    form = AskReset(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        user = queries.colleague_to_reset(form.cleaned_data["email"])
        try:
            if user is None:
                form.add_error("email", _("None of the colleagues you answer for signs in with this address."))
            else:
                actions.ask_factor_reset(actor=actor, user=user)
                messages.success(request, _("Asked for. Another administrator has been told and confirms it."))
                return redirect("access:factors")
        except actions.AlreadyAsked:
            form.add_error("email", _("This has been asked for already and waits for another administrator."))
        except actions.NobodyConfirms:
            form.add_error(
                "email", _("There is no second administrator who could confirm it. Ask who runs the service.")
            )
    rows = [{"row": row, "own": row.asked_by_id == actor.user_id} for row in queries.resets_to_confirm(actor)]
    return render(request, "access/factors.html", {"form": form, "rows": rows})


@require_POST
def factor_confirm(request: StaffRequest, reset_id: uuid.UUID) -> HttpResponse:
    """The second pair of eyes says yes: her factors and sessions end, and the link is shown once."""
    actor = _answers_for_factors(request)
    row = queries.resets_to_confirm(actor).filter(pk=reset_id).first()
    if row is None:
        raise Http404
    try:
        token = actions.confirm_factor_reset(actor=actor, reset=row)
    except actions.NotConfirmed:
        messages.error(request, _("Whoever asked can’t confirm it. Another administrator does."))
        return redirect("access:factors")
    context = {
        "link": settings.BASE_URL + reverse("access:factor_link", args=[token]),
        "name": row.user.name,
        "days": FACTOR_LINK_LASTS.days,
    }
    return render(request, "access/factor_confirmed.html", context)


@require_POST
def factor_stop(request: StaffRequest, reset_id: uuid.UUID) -> HttpResponse:
    """An administrator says no, or takes back what she asked for."""
    actor = _answers_for_factors(request)
    row = queries.resets_to_confirm(actor).filter(pk=reset_id).first()
    if row is None:
        raise Http404
    actions.stop_factor_reset(actor=actor, reset=row)
    messages.success(request, _("Stopped. The second factor stays as it is."))
    return redirect("access:factors")


@require_POST
def factor_stop_mine(request: StaffRequest) -> HttpResponse:
    """I have not lost my second factor: nobody takes it away."""
    actor = _actor(request)
    row = queries.my_reset(actor)
    if row is None:
        raise Http404
    actions.stop_factor_reset(actor=actor, reset=row)
    messages.success(request, _("Stopped. The second factor stays as it is."))
    return redirect("access:account")


def factor_link(request: HttpRequest, token: str) -> HttpResponse:
    """After a reset, with the password given: this session may set up the new second factor."""
    if not queries.opens_factor_link(token, take=request.method == "POST"):
        raise Http404
    if request.method == "POST":
        return redirect("mfa_index")
    return render(request, "access/factor_link.html")


def _answers_for_factors(request: HttpRequest) -> Actor:
    actor = _actor(request)
    if not may_answer_for_factors(actor):
        raise Http404
    return actor
