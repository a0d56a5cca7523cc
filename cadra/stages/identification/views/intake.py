"""The first responder's pages: eight screens, and what stays of them afterwards."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.pack import pack
from cadra.stages.identification import policy
from cadra.stages.identification.actions import intake as actions
from cadra.stages.identification.forms.intake import PersonForm, SafetyForm, ScreenForm, StartForm
from cadra.stages.identification.forms.intake_reach import ContactForm, PlaceForm
from cadra.stages.identification.forms.intake_told import ConsentForm, ExplanationsForm, IndicatorsForm
from cadra.stages.identification.queries import intake as queries
from cadra.stages.identification.queries.intake import SCREENS, DraftReferral
from cadra.stages.identification.views import intake_check

FORMS: dict[str, type[ScreenForm]] = {
    "safety": SafetyForm,
    "person": PersonForm,
    "contact": ContactForm,
    "place": PlaceForm,
    "indicators": IndicatorsForm,
    "explanations": ExplanationsForm,
    "consent": ConsentForm,
}
#: Screens that need another one's answers: her language, what was explained to her.
ALSO = {"explanations": ("person",), "consent": ("explanations",)}


@require_safe
def receipts(request: StaffRequest) -> HttpResponse:
    """What I have begun, and what my institution has sent."""
    actor = request.actor
    if not policy.may_refer(actor):
        raise Http404
    mine_only = request.GET.get("whose") == "mine"
    cursor = request.GET.get("older", "")
    page = queries.receipts(actor, mine_only=mine_only, cursor=cursor)
    context = {
        "start": StartForm(),
        "drafts": [] if cursor else _living_drafts(request),
        "page": page,
        "mine_only": mine_only,
        "ring": pack().numbers(pack().immediate_risk.ring),
    }
    return render(request, "identification/intake/receipts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: StaffRequest) -> HttpResponse:
    """Begin a referral. Only a press of the button does; a link or a reload leads to the list."""
    if not policy.may_refer(request.actor):
        raise Http404
    form = StartForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect("identification:receipts")
    referral = actions.start_referral(actor=request.actor, submission=form.cleaned_data["submission"])
    return redirect("identification:screen", referral.pk, "safety")


@require_http_methods(["GET", "HEAD", "POST"])
def screen(request: StaffRequest, referral_id: UUID, screen: str) -> HttpResponse:
    """One screen of a draft: shown as saved, saved as typed."""
    if screen == "check":
        return check(request, referral_id)
    if screen not in FORMS:
        raise Http404
    draft = _draft(request, referral_id, screen, *ALSO.get(screen, ()))
    if isinstance(draft, HttpResponse):
        return draft
    form = _form(request, draft, screen)
    if request.method == "POST":
        then = request.POST.get("then", "next")
        if form.is_valid():
            actions.save_screen(actor=request.actor, referral_id=referral_id, screen=screen, **form.values())
            return _onwards(request, draft, screen, form, then)
        if then == "leave" and form.lacks_only:
            actions.save_screen(
                actor=request.actor, referral_id=referral_id, screen=screen, complete=False, **form.values()
            )
            return _leave(request)
    return render(request, f"identification/intake/{screen}.html", _frame(request, draft, screen, form))


@require_safe
def now(request: StaffRequest, referral_id: UUID, screen: str) -> HttpResponse:
    """What to do at once, before going on: danger, a sign of immediate risk, a child."""
    if screen not in ("safety", "person", "indicators"):
        raise Http404
    draft = _draft(request, referral_id, screen)
    if isinstance(draft, HttpResponse):
        return draft
    context = {"draft": draft, "screen": screen, "next": queries.after(screen)}
    if screen == "person":
        offices, ring = queries.child_contacts(request.actor, draft.referral.area)
        age = draft.answers.get("person", {}).get("age") or {}
        context |= {
            "offices": offices,
            "ring": ring,
            "in_doubt": _in_doubt(age),
            "presumed": pack().say("presumed_child"),
            "child_consent": pack().say("child_consent"),
        }
        return render(request, "identification/intake/child.html", context)
    found = queries.immediate_after(screen, draft.answers.get(screen, {}))
    context |= {"found": found, "urgent": any(one.urgent for one in found)}
    return render(request, "identification/intake/now.html", context)


@require_http_methods(["GET", "HEAD"])
def check(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """Everything on one page, who will see what, who answers and by when."""
    draft = _draft(request, referral_id)
    if isinstance(draft, HttpResponse):
        return draft
    return render(request, "identification/intake/check.html", intake_check.page(request.actor, draft))


@require_POST
def send(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """Send it, once, however often the button is pressed."""
    try:
        receipt = actions.send(actor=request.actor, referral_id=referral_id)
    except actions.NotReady as not_ready:
        names = ", ".join(str(one.title) for one in not_ready.screens)
        messages.error(request, _("It was not sent. These parts are not complete yet: %(names)s") % {"names": names})
        return redirect("identification:screen", referral_id, "check")
    return redirect("identification:receipt", receipt.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """Throw a draft away, after asking once."""
    draft = _draft(request, referral_id, "person")
    if isinstance(draft, HttpResponse):
        return draft
    if request.method == "POST":
        actions.discard(actor=request.actor, referral_id=referral_id)
        messages.success(request, _("The draft was deleted, with everything in it. Nobody received anything."))
        return redirect("identification:receipts")
    return render(request, "identification/intake/discard.html", {"draft": draft})


@require_safe
def receipt(request: StaffRequest, receipt_id: UUID) -> HttpResponse:
    """All that stays with whoever sent it."""
    found = queries.receipt_for(request.actor, receipt_id)
    return render(request, "identification/intake/receipt.html", {"receipt": found})


# Parts of the screen view --------------------------------------------------------------------------


def _draft(request: StaffRequest, referral_id: UUID, *screens: str) -> DraftReferral | HttpResponse:
    """My draft; or where to go when it was sent meanwhile (Back was pressed) or is too old."""
    try:
        draft = queries.draft_for(request.actor, referral_id, *screens)
    except Http404:
        if queries.has_receipt(request.actor, referral_id):
            messages.info(request, _("This referral was already sent. It can't be changed any more."))
            return redirect("identification:receipt", referral_id)
        raise
    if queries.expired(draft):
        actions.discard(actor=request.actor, referral_id=referral_id)
        messages.warning(
            request,
            _("This draft was begun too long ago and has been deleted, with everything in it. Please begin a new one."),
        )
        return redirect("identification:receipts")
    return draft


def _living_drafts(request: StaffRequest) -> list[DraftReferral]:
    """My drafts; those kept long enough are deleted as they are met."""
    found = queries.drafts(request.actor)
    old = [draft for draft in found if queries.expired(draft)]
    for draft in old:
        actions.discard(actor=request.actor, referral_id=draft.referral.pk)
    if old:
        messages.info(request, _("A draft that was not sent in time has been deleted, with everything in it."))
    return [draft for draft in found if draft not in old]


def _form(request: StaffRequest, draft: DraftReferral, screen: str) -> ScreenForm:
    kind = FORMS[screen]
    kept = dict(draft.answers.get(screen, {}))
    for name in SCREENS[screen].coded:
        kept[name] = getattr(draft.referral, name)
    options: dict[str, Any] = {"child": draft.referral.is_child, "initial": kind.initial_of(kept)}
    if screen == "explanations" and not kept:
        person = draft.answers.get("person", {})
        options["initial"] = {"language": (person.get("languages") or [""])[0]}
    if screen == "consent":
        given = draft.answers.get("explanations", {}).get("given") or []
        options["explained"] = set(given) >= set(pack().explanations.codes)
    return kind(request.POST if request.method == "POST" else None, **options)


def _frame(request: StaffRequest, draft: DraftReferral, screen: str, form: ScreenForm) -> dict[str, Any]:
    """What every screen shows around its form."""
    earlier = queries.before(screen)
    frame: dict[str, Any] = {
        "form": form,
        "draft": draft,
        "screen": SCREENS[screen],
        "number": queries.ORDER.index(screen) + 1,
        "total": queries.TOTAL,
        "earlier": earlier,
        "child": draft.referral.is_child,
    }
    if screen == "indicators":
        kept = form.values() if form.is_bound and form.is_valid() else draft.answers.get(screen, {})
        frame["covered"] = queries.covered(kept.get("signs") or {}, child=draft.referral.is_child)
        frame["not_proof"] = pack().say("not_proof")
    if screen == "consent":
        frame["always"] = pack().data_categories["core"]
        frame["intro"] = pack().say("consent_intro")
        frame["withdraw"] = pack().say("consent_withdraw")
        frame["child_consent"] = pack().say("child_consent")
    return frame


def _onwards(request: StaffRequest, draft: DraftReferral, screen: str, form: ScreenForm, then: str) -> HttpResponse:
    """After saving: stop for what can't wait, or go on, or leave."""
    kept = form.values()
    if queries.immediate_after(screen, kept) and then != "show":
        return redirect("identification:now", draft.referral.pk, screen)
    if screen == "person" and pack().presumed_child(kept["age"]["years"], kept["age"]["basis"]):
        return redirect("identification:now", draft.referral.pk, screen)
    if then == "leave":
        return _leave(request)
    if then == "show":
        return redirect(f"{reverse('identification:screen', args=[draft.referral.pk, screen])}#signs")
    if then == "check":
        return redirect("identification:screen", draft.referral.pk, "check")
    return redirect("identification:screen", draft.referral.pk, queries.after(screen))


def _leave(request: StaffRequest) -> HttpResponse:
    messages.success(request, _("Saved. You can go on with it from here whenever you are ready."))
    return redirect("identification:receipts")


def _in_doubt(age: dict[str, Any]) -> bool:
    """Treated as a child though she may not be one: the age is unknown, in doubt or too close to tell."""
    years = age.get("years")
    return years is None or years >= pack().age("child_under")
