"""Pages of the receiving desk. What nobody may see and what does not exist are the same 404."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.stages.identification.actions import desk as actions
from cadra.stages.identification.forms import desk as forms
from cadra.stages.identification.queries import assigning, comparing, sent
from cadra.stages.identification.queries import desk as queries
from cadra.stages.identification.queries.desk import State

CORE = Compartment.CORE
FORM = ["GET", "HEAD", "POST"]
FILTERS = ("state", "danger", "child", "late")


@require_GET
def desk(request: StaffRequest) -> HttpResponse:
    """What waits, danger first."""
    form = forms.DeskFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = queries.desk(
        request.actor,
        state=chosen.get("state") or "",
        danger=bool(chosen.get("danger")),
        child=bool(chosen.get("child")),
        late=bool(chosen.get("late")),
        cursor=request.GET.get("after", ""),
    )
    kept = {name: value for name in FILTERS if (value := request.GET.get(name))}
    older = f"?{urlencode({**kept, 'after': found.older})}" if found.older else ""
    context = {
        "found": found,
        "filter_form": form,
        "chosen": _chosen(form, kept),
        "older_url": older,
        "newer_url": f"?{urlencode(kept)}" if request.GET.get("after") else "",
    }
    return render(request, "identification/desk/desk.html", context)


def _chosen(form: forms.DeskFilter, kept: dict[str, str]) -> list[dict[str, Any]]:
    """What is filtered now, each with the address without it."""
    words = dict(form.fields["state"].choices)  # type: ignore[attr-defined]
    return [
        {
            "text": words.get(value, value) if name == "state" else form.fields[name].label,
            "url": f"?{urlencode({other: one for other, one in kept.items() if other != name})}",
        }
        for name, value in kept.items()
    ]


@require_GET
def desk_item(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """One referral: what was sent, part by part, and the next step."""
    opens = [part for part in queries.CLOSED if part == request.GET.get("open")]
    item = queries.item(request.actor, referral_id, parts=(*queries.PLAIN, *opens), purpose="register" if opens else "")
    kinds, rows = sent.consent_rows(item.consents)
    return render(
        request,
        "identification/desk/item.html",
        {"item": item, "sections": item.sections, "kinds": kinds, "matrix": rows},
    )


@require_POST
def acknowledge(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """One click: it was received."""
    row = queries.referral_for(request.actor, referral_id)
    if row.state == State.SENT:
        actions.acknowledge(actor=request.actor, referral=row)
        messages.success(request, _("Received. Whoever sent it sees that now, and nothing more."))
    return redirect("identification:desk_item", referral_id)


@require_GET
def match(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """Earlier files she might have, beside what she gave now."""
    item = queries.compared_item(request.actor, referral_id)
    if item.referral.state != State.ACKNOWLEDGED:
        return redirect("identification:desk_item", referral_id)
    form = forms.ReferenceForm(request.GET if "reference" in request.GET else None)
    if form.is_bound and form.is_valid():
        person = queries.by_reference(request.actor, form.cleaned_data["reference"])
        if person is not None and person.pk != item.person.pk:
            return redirect("identification:connect", referral_id, person.pk)
        form.add_error("reference", _("There is no file with this reference. Check it letter by letter"))
    found = comparing.compare(request.actor, item)
    told = item.answers.get("person", {})
    context = {
        "item": item,
        "given": [*sent.identity_rows(told), *sent.person_rows(told)],
        "strong": [one for one in found if one.strong],
        "weak": [one for one in found if not one.strong],
        "reference_form": form,
    }
    return render(request, "identification/desk/match.html", context)


@require_POST
def apart(request: StaffRequest, referral_id: UUID, person_id: UUID) -> HttpResponse:
    """An officer says: not the same person."""
    row = queries.referral_for(request.actor, referral_id)
    actions.not_the_same(actor=request.actor, referral=row, known=queries.known_for(request.actor, person_id))
    messages.success(request, _("Noted: not the same person. You can still connect the two later if that was wrong."))
    return redirect("identification:match", referral_id)


@require_http_methods(FORM)
def connect(request: StaffRequest, referral_id: UUID, person_id: UUID) -> HttpResponse:
    """The second look, then the referral becomes a new episode of the known file."""
    item = queries.compared_item(request.actor, referral_id)
    known = queries.known_for(request.actor, person_id)
    form = forms.ConnectForm(_sent(request))
    if item.referral.case_id == known.pk:
        return redirect("identification:desk_item", referral_id)
    if request.method == "POST" and form.is_valid():
        try:
            actions.connect_known(actor=request.actor, referral=item.referral, known=known)
        except actions.OutOfOrder as told:
            messages.error(request, str(told))
        else:
            messages.success(
                request, _("Connected. This is now a new episode of %(file)s.") % {"file": known.reference}
            )
        return redirect("identification:desk_item", referral_id)
    beside = next((one for one in comparing.compare(request.actor, item) if one.person.pk == known.pk), None)
    return render(
        request, "identification/desk/connect.html", {"item": item, "known": known, "one": beside, "form": form}
    )


@require_http_methods(FORM)
def register(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """The second look, then a new file begins."""
    item = queries.compared_item(request.actor, referral_id)
    if item.referral.state == State.SENT:
        return redirect("identification:desk_item", referral_id)
    alike = comparing.compare(request.actor, item) if item.referral.state == State.ACKNOWLEDGED else []
    alike = [one for one in alike if one.strong]
    form = forms.RegisterForm(_sent(request), alike=len(alike))
    if request.method == "POST" and form.is_valid():
        try:
            for one in alike:
                actions.not_the_same(actor=request.actor, referral=item.referral, known=one.person)
            actions.register_new(actor=request.actor, referral=item.referral)
        except actions.OutOfOrder as told:
            messages.error(request, str(told))
        else:
            messages.success(request, _("Registered. A new file has begun. Now name who carries it on."))
        return redirect("identification:desk_item", referral_id)
    return render(request, "identification/desk/register.html", {"item": item, "alike": alike, "form": form})


@require_http_methods(FORM)
def assign(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """Name the pair and the institution that holds the file."""
    item = queries.item(request.actor, referral_id, parts=(CORE,), screens=("person",))
    row = item.referral
    if row.state not in (State.CONNECTED, State.ASSIGNED):
        return redirect("identification:desk_item", referral_id)
    context = {
        "item": item,
        "wishes": [one for one in sent.person_rows(item.answers.get("person", {})) if one.get("hint")],
        "area": pack().place_label(row.area),
        "again": row.state == State.ASSIGNED,
        "back_url": reverse("identification:desk_item", args=[referral_id]),
    }
    naming = partial(actions.assign, actor=request.actor, referral=row)
    return _assign(request, queries.case_of(request.actor, row), naming, context)


@require_http_methods(FORM)
def assign_file(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The same for a file that came in without a referral."""
    file = assigning.unreferred(request.actor, case_id)
    context = {
        "file": file,
        "area": pack().place_label(file.case.area),
        "again": file.case.holder is not None,
        "back_url": reverse("identification:overview", args=[case_id]),
    }
    naming = partial(actions.assign_file, actor=request.actor, person=file.person)
    return _assign(request, file.case, naming, context)


def _assign(request: StaffRequest, case: Any, naming: Callable[..., Any], context: dict[str, Any]) -> HttpResponse:
    chosen = forms.OfficerFilter(request.GET)
    wanted = chosen.cleaned_data if chosen.is_valid() else {}
    form = _assign_form(request, case, wanted)
    if request.method == "POST" and form.is_valid():
        try:
            naming(**form.chosen())
        except actions.CannotAssign as wrong:
            for field, problem in wrong.problems.items():
                form.add_error(field if field in form.fields else None, problem)
        except actions.OutOfOrder as told:
            messages.error(request, str(told))
            return redirect(context["back_url"])
        else:
            messages.success(request, _("Named. They have been told, and see the file from now on."))
            return redirect(context["back_url"])
    shown = {**context, "case": case, "form": form, "filter_form": chosen, "filtered": any(wanted.values())}
    return render(request, "identification/desk/assign.html", shown)


def _assign_form(request: StaffRequest, case: Any, wanted: dict[str, Any]) -> forms.AssignForm:
    found = assigning.choices(
        request.actor,
        case,
        sex=wanted.get("sex") or "",
        language=wanted.get("language") or "",
        near=bool(wanted.get("near")),
    )
    return forms.AssignForm(_sent(request), found=found, initial=found.named_now())


def _sent(request: StaffRequest) -> Any:
    """What was sent with a form; None when it is only shown."""
    return request.POST if request.method == "POST" else None
