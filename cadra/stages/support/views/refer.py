"""Referring to a provider, following it, taking it back; and what was given on a file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.stages.support import actions, presenting
from cadra.stages.support.forms.refer import CloseForm, FindForm, GiveOwnForm, LinesForm, ReferForm
from cadra.stages.support.queries import plans, providers, referrals
from cadra.stages.support.queries.requests import colleagues_of
from cadra.stages.support.sheets import current, unsalted


@require_GET
def choose(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Which desk: by service, area or name. Nobody she fears stands in this list."""
    file, offer = referrals.refer_page(request.actor, case_id, offer_id=_uuid(request.GET.get("offer")))
    asked = request.GET.copy()
    if offer is not None and not asked.get("service"):
        asked["service"] = offer.service
    form = FindForm(asked)
    wanted = form.value()
    found = providers.suggestions(
        request.actor,
        file,
        wanted["service"],
        area=wanted["area"],
        words=wanted["words"],
        asked=form.needs(),
    )
    context = {
        **presenting.frame(file, "plan"),
        "form": form,
        "fitting": presenting.suggestion_rows(one for one in found if one.fits),
        "others": presenting.suggestion_rows(one for one in found if not one.fits),
        "carried": _carried(asked, wanted["service"]),
        "wanted": wanted,
    }
    return render(request, "support/refer_choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: StaffRequest, case_id: UUID, desk_id: UUID) -> HttpResponse:
    """Ask, explain again, hear her answer part by part; see what will be sent; send."""
    actor = request.actor
    asked = request.GET
    file, offer = referrals.refer_page(actor, case_id, offer_id=_uuid(asked.get("offer")))
    desk = providers.desk_for(actor, case_id, desk_id)
    if desk is None:
        raise Http404
    spoken = (file.profile.plain.get("languages") if file.profile is not None else None) or [""]
    form = ReferForm(
        request.POST or None,
        desk=desk,
        parts=file.parts,
        language=spoken[0],
        initial={
            "service": asked.get("service", ""),
            **referrals.as_before(actor, case_id, _uuid(asked.get("follows"))),
        },
    )
    then = request.POST.get("then")
    if request.method == "POST" and then != "change" and form.is_valid():
        if not form.agrees:
            return _keep_answer(request, file, desk, form)
        return _preview_or_send(request, file, desk, form, offer, then)
    context = {
        **presenting.frame(file, "plan"),
        "form": form,
        "desk": desk,
        "explanations": presenting.explanations(),
        "again": bool(_uuid(asked.get("follows"))),
    }
    return render(request, "support/refer_compose.html", context)


@require_GET
def referral(request: StaffRequest, case_id: UUID, referral_id: UUID) -> HttpResponse:
    """Where a referral stands, what was sent, what came back, whom to ask next."""
    page = referrals.referral_page(request.actor, case_id, referral_id)
    row = page.referral
    carried = QueryDict(mutable=True)
    carried.update({"service": row.service, "follows": str(row.pk)})
    if row.offer_id:
        carried["offer"] = str(row.offer_id)
    context = {
        **presenting.frame(page.file, "plan"),
        "referral": row,
        "line": presenting.referral_line(row, {row.desk: str(page.desk.institution.name) if page.desk else ""}),
        "urgency": presenting.urgency_tag(row),
        "desk": page.desk,
        "sheet": presenting.senders_sheet(page.edition, page.parts),
        "hidden": [part for part in row.parts if part not in {name for name, _lines in page.parts}],
        "events": presenting.turns_timeline(page.turns, page.names),
        "deliveries": presenting.delivery_rows(page.deliveries),
        "consent": presenting.consent_rows(page.consent),
        "consent_id": page.consent.pk if page.consent else None,
        "next_desks": presenting.suggestion_rows(page.next_desks),
        "carried": carried.urlencode(),
        "needs_sender": page.needs_sender,
        "someone_there": page.someone_there,
        "ratings": [presenting.rating_event(one, page.names) for one in page.ratings],
        "may_rate": page.may_rate,
        "may_close": page.file.may_plan and row.settled_at is None,
    }
    return render(request, "support/referral.html", context)


@require_GET
def shown(request: StaffRequest, case_id: UUID, referral_id: UUID) -> HttpResponse:
    """What the desk was shown, to the letter, in a language; who opened it; and that the ledger bears it out."""
    page = referrals.shown_page(request.actor, case_id, referral_id)
    context = {**presenting.frame(page.file, "plan"), **presenting.shown_context(page, request.GET.get("in", ""))}
    return render(request, "support/shown.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: StaffRequest, case_id: UUID, referral_id: UUID) -> HttpResponse:
    """Take a request back, or put a finished one away."""
    page = referrals.referral_page(request.actor, case_id, referral_id, to_change=True)
    form = CloseForm(request.POST if request.method == "POST" else None)
    back = reverse("support:referral", args=[case_id, referral_id])
    if request.method == "POST" and form.is_valid():
        actions.close(
            actor=request.actor, person=page.file.person, referral=page.referral, words=form.cleaned_data["words"]
        )
        messages.success(request, _("Closed. From this moment the provider sees nothing of it."))
        return redirect(back)
    context = {
        "title": _("Close this request?"),
        "lines": [
            _("The provider stops seeing it at once. What it has already read it has read."),
            _("What was given stays counted on the file."),
        ],
        "form": form,
        "action": _("Close the request"),
        "back_url": back,
    }
    return render(request, "shell/interruption.html", context)


@require_GET
def given(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Everything that was given, by whomever."""
    file, deliveries, who = plans.deliveries_page(request.actor, case_id)
    context = {**presenting.frame(file, "help"), "rows": presenting.delivery_rows(deliveries, who)}
    return render(request, "support/given.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Write down help the holder gave itself."""
    file = plans.file_to_plan(request.actor, case_id)
    asked = {name: request.GET[name] for name in ("service", "kind") if name in request.GET}
    form = GiveOwnForm(request.POST or None, initial=asked, people=colleagues_of(request.actor))
    if request.method == "POST" and form.is_valid():
        actions.deliver_own(actor=request.actor, person=file.person, **form.value())
        messages.success(request, _("Written down. It counts as help that arrived."))
        return redirect("support:help", case_id)
    return render(request, "support/give.html", {**presenting.frame(file, "help"), "form": form})


def _preview_or_send(
    request: StaffRequest, file: Any, desk: Any, form: ReferForm, offer: Any, then: str | None
) -> HttpResponse:
    if then == "send" and (sent := _send(request, file, desk, form, offer)) is not None:
        return sent
    agreement = form.agreement()
    _file, found = referrals.preview(request.actor, file.person.pk, list(agreement.parts))
    before = referrals.sent_before(request.actor, file.person.pk, _uuid(request.GET.get("follows")))
    lines = LinesForm(
        request.POST,
        choices=[(one.key, presenting.choice_words(one)) for one in found if one.part != "core"],
        usual=[one.key for one in found if one.part != "core" and (one.key in before if before else one.usual)],
    )
    parts = referrals.prepared(found, agreement.parts, lines.keys(), **form.envelope())
    context = {
        **presenting.frame(file, "plan"),
        "form": form,
        "lines": lines,
        "desk": desk,
        "sheet": presenting.sheet(current(), parts.items()),
        "seen": unsalted(current().digest, parts),
        "due": presenting.answer_due(form.cleaned_data["urgency"]),
        "verified": presenting.answer_verified(form.cleaned_data["urgency"]),
    }
    return render(request, "support/refer_preview.html", context)


def _send(request: StaffRequest, file: Any, desk: Any, form: ReferForm, offer: Any) -> HttpResponse | None:
    """Send what was looked at; None (with a message) when something must be put right or looked at first."""
    try:
        row = actions.refer(
            actor=request.actor,
            person=file.person,
            desk=desk,
            service=form.cleaned_data["service"],
            agreement=form.agreement(),
            capacity=form.cleaned_data["capacity"],
            urgency=form.cleaned_data["urgency"],
            asks=form.cleaned_data["asks"],
            lines=request.POST.getlist("lines") if request.POST.get("chosen") else None,
            offer_id=offer.pk if offer is not None else None,
            follows=referrals.followed(request.actor, file.person.pk, _uuid(request.GET.get("follows"))),
            seen=request.POST.get("seen", ""),
            submission=form.cleaned_data["submission"],
        )
    except actions.SupportError as wrong:
        messages.error(request, str(wrong))
        return None
    messages.success(request, presenting.sent_words(row))
    return redirect("support:referral", file.person.pk, row.pk)


def _keep_answer(request: StaffRequest, file: Any, desk: Any, form: ReferForm) -> HttpResponse:
    actions.ask_and_keep(
        actor=request.actor,
        person=file.person,
        desk=desk,
        agreement=form.agreement(),
        capacity=form.cleaned_data["capacity"],
    )
    messages.success(request, _("Her answer is kept and nothing was sent."))
    return redirect("support:plan", file.person.pk)


def _carried(asked: QueryDict, service: str) -> str:
    """What the next page needs to know: service, offer, the referral it follows."""
    kept = QueryDict(mutable=True)
    kept.update({name: str(asked[name]) for name in ("offer", "follows") if asked.get(name)})
    if service:
        kept["service"] = service
    return kept.urlencode()


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
