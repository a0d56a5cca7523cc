"""What she agreed to, for whom, until when."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import now
from cadra.record.consent.models import Consent, Explanation


def consents_for(actor: Actor, case_id: UUID) -> list[Consent]:
    """All her answers on this file, newest first."""
    return list(Consent.objects.filter(case_id=case_id).order_by("-decided_at", "id"))


def consent_for(actor: Actor, case_id: UUID, consent_id: UUID) -> Consent:
    """One of her answers, or 404."""
    consent = Consent.objects.filter(case_id=case_id, pk=consent_id).first()
    if consent is None:
        raise Http404
    return consent


def explanations_for(actor: Actor, case_id: UUID) -> list[Explanation]:
    """The explanations given, opened, newest first."""
    rows = list(Explanation.objects.filter(case_id=case_id).order_by("-given_at", "id"))
    vault.unseal(actor.ring, rows)
    return rows


def agreed(consents: Sequence[Consent], *, recipient_kind: str = "", recipient: int | None = None) -> frozenset[str]:
    """Compartments she agrees to share now with this recipient (or kind of recipient)."""
    moment = now()
    return frozenset(
        compartment
        for consent in consents
        if consent.withdrawn_at is None
        and (consent.until is None or consent.until > moment)
        and (consent.recipient == recipient if recipient is not None else consent.recipient_kind == recipient_kind)
        for compartment in consent.compartments
    )
