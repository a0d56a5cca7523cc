"""Reading a referral as its sender: where it stands, what was sent, what came back, and whom to ask next."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.network.models import Desk
from cadra.record.consent.models import Consent
from cadra.stages.support.models import Delivery, Extract, Offer, ReferralState, ServiceReferral, Turn
from cadra.stages.support.queries.boards import needs_sender
from cadra.stages.support.queries.extract import Choice, Line, choices, sources
from cadra.stages.support.queries.files import File, file_for, look
from cadra.stages.support.queries.plans import user_names
from cadra.stages.support.queries.providers import Suggestion, desk_at, next_providers
from cadra.stages.support.queries.requests import ORDER
from cadra.stages.support.queries.tongues import in_this_language


@dataclass(frozen=True)
class ReferralPage:
    """One referral as the file's side sees it. `parts` are the parts the actor herself may read, as sent."""

    file: File
    referral: ServiceReferral
    parts: Sequence[tuple[str, list[dict[str, str]]]]
    turns: Sequence[Turn]
    deliveries: Sequence[Delivery]
    consent: Consent | None
    desk: Desk | None
    names: dict[UUID, str]
    next_desks: Sequence[Suggestion]

    @property
    def needs_sender(self) -> bool:
        """Whether the sender has to decide what now."""
        return needs_sender(self.referral)


def referral_page(actor: Actor, case_id: UUID, referral_id: UUID, *, to_change: bool = False) -> ReferralPage:
    """One referral with everything that happened to it, or 404; the look is recorded.

    Of the identity part only the labels are given: whoever wants to read it opens it for a purpose.
    """
    file = file_for(
        actor,
        case_id,
        ServiceReferral.objects.filter(case_id=case_id, pk=referral_id),
        Extract.objects.filter(referral_id=referral_id),
        Turn.objects.filter(referral_id=referral_id).order_by("at", "id"),
        Delivery.objects.filter(referral_id=referral_id).order_by("on", "recorded_at", "id"),
        Consent.objects.filter(case_id=case_id),
        to_change=to_change,
    )
    referrals, extracts, turns, deliveries, consents = file.more
    if not referrals:
        raise Http404
    referral = referrals[0]
    extracts.sort(key=lambda row: ORDER[row.compartment_of_row])
    shown = [row.compartment_of_row for row in extracts if row.compartment_of_row != Compartment.IDENTITY]
    look(actor, file.person, "looked_at_referral", ["support", *shown], referral.pk)
    silent = referral.state == ReferralState.SENT
    return ReferralPage(
        file,
        referral,
        [(row.compartment_of_row, _closed(row)) for row in extracts],
        turns,
        deliveries,
        next((one for one in consents if one.pk == referral.consent_id), None),
        desk_at(referral.desk),
        user_names([referral.sender_id, *(turn.by for turn in turns), *(d.recorded_by for d in deliveries)]),
        next_providers(actor, referral, file.person, file=(file.case, file.profile))
        if file.may_plan and (silent or needs_sender(referral))
        else [],
    )


def refer_page(actor: Actor, case_id: UUID, *, offer_id: UUID | None = None) -> tuple[File, Offer | None]:
    """The file a referral is prepared on, and the offer it follows from."""
    file = file_for(
        actor,
        case_id,
        Offer.objects.filter(case_id=case_id, pk=offer_id) if offer_id else Offer.objects.none(),
        verb="looked_at_plan",
        to_change=True,
    )
    return file, next(iter(file.more[0]), None)


def preview(actor: Actor, case_id: UUID, parts: Sequence[str]) -> tuple[File, list[Choice]]:
    """What can be sent of these parts; the look is recorded under each of them."""
    file = file_for(actor, case_id, *sources(case_id, parts), to_change=True)
    look(actor, file.person, "looked_at_preview", ["core", *(part for part in parts if part in file.parts)])
    found = choices(["core", *parts], case=file.case, profile=file.profile, rows=file.more)
    return file, [choice for choice in found if choice.part == "core" or choice.part in file.parts]


def reopened(actor: Actor, referral: ServiceReferral) -> bytes:
    """What the desk was shown, as bytes: the same a year later (rows never change)."""
    rows = list(Extract.objects.filter(referral_id=referral.pk))
    vault.unseal(actor.ring, rows)
    rows.sort(key=lambda row: ORDER[row.compartment_of_row])
    return repr([(row.compartment_of_row, row.plain["content"]) for row in rows]).encode()


def followed(actor: Actor, case_id: UUID, referral_id: UUID | None) -> ServiceReferral | None:
    """The referral a new one replaces, when it is of the same file."""
    if referral_id is None:
        return None
    return ServiceReferral.objects.filter(case_id=case_id, pk=referral_id).first()


def _closed(row: Extract) -> list[Line]:
    """The lines of a part; of identity only what kinds of lines were sent."""
    lines = [in_this_language(line) for line in row.plain["content"] or []]
    if row.compartment_of_row != Compartment.IDENTITY:
        return lines
    return [{**line, "value": _("Sent; closed here")} for line in lines]
