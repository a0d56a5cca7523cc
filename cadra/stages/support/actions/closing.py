"""How a referral ends from the sender's side: taken back, settled, or because she took her consent back."""

from uuid import uuid4

from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Grant
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import now
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.outbox import actions as outbox
from cadra.record.consent.models import Consent
from cadra.record.people.models import Person
from cadra.stages.support.actions.common import happened, must_plan
from cadra.stages.support.actions.excluding import stop_exclusions
from cadra.stages.support.actions.restricting import end_restrictions
from cadra.stages.support.models import OPEN, ReferralState, ServiceReferral, Turn
from cadra.stages.support.queries import providers


@act
def close(*, actor: Actor, person: Person, referral: ServiceReferral, words: str = "") -> ServiceReferral:
    """Take a request back, or put a finished one away: from this moment the desk sees nothing of it.

    What it gave stays counted. Closing twice is closing once.
    """
    must_plan(actor, person)
    row = ServiceReferral.objects.select_for_update().get(pk=referral.pk, case_id=person.pk)
    was_open = row.state in OPEN
    if was_open:
        row.state, row.next_due_at, row.alarm_at = ReferralState.WITHDRAWN, None, None
        _turn(actor, row, words)
    row.settled_at = row.settled_at or now()
    row.version += 1
    row.save(update_fields=["state", "next_due_at", "alarm_at", "settled_at", "version"])
    access.end(actor=actor, grants=list(Grant.objects.filter(pk=row.grant_id, ended_at=None)), reason="referral_closed")
    ledger.record(actor=actor, verb="closed_referral", subjects=[person.ledger_alias], object_id=row.pk)
    if was_open:
        _tell_desk(actor, person, row)
    happened(person)
    return row


@act
def settle(*, actor: Actor, person: Person, referral: ServiceReferral) -> None:
    """The sender has seen how it closed and done what it asks for; an open one is taken back."""
    if referral.state in OPEN:
        close(actor=actor, person=person, referral=referral)
        return
    must_plan(actor, person)
    ServiceReferral.objects.filter(pk=referral.pk, settled_at=None).update(settled_at=now())
    ledger.record(actor=actor, verb="settled_referral", subjects=[person.ledger_alias], object_id=referral.pk)


@act
def close_all(*, actor: Actor, person: Person) -> None:
    """The file is being closed: each referral on its way is taken back, each other put away, each restriction ended."""
    stop_exclusions(actor=actor, person=person)
    end_restrictions(actor=actor, person=person, words=_("The file is being closed."))
    for referral in ServiceReferral.objects.filter(case_id=person.pk, settled_at=None).order_by("sent_at", "id"):
        if referral.state in OPEN or Grant.objects.filter(pk=referral.grant_id, ended_at=None).exists():
            close(actor=actor, person=person, referral=referral)
        else:
            settle(actor=actor, person=person, referral=referral)


@act
def close_for_consent(*, actor: Actor, person: Person, consent: Consent) -> list[ServiceReferral]:
    """She took back the consent some referrals stand on: they are closed, and their desks learn that something changed.

    PostgreSQL closes an open referral in the statement that ends its grant; this settles it, ends any
    grant still alive, and returns the referrals. What was given stays counted. Safe to call before or after
    `consent.actions.withdraw`.
    """
    rows = list(ServiceReferral.objects.filter(case_id=person.pk, consent_id=consent.pk))
    grants = Grant.objects.filter(pk__in=[row.grant_id for row in rows], ended_at=None)
    access.end(actor=actor, grants=list(grants), reason="consent_withdrawn")
    touched = ServiceReferral.objects.filter(
        pk__in=[row.pk for row in rows], state=ReferralState.CLOSED_BY_CONSENT, settled_at=None
    )
    newly = list(touched)
    touched.update(settled_at=now())
    for row in newly:
        ledger.record(
            actor=actor,
            verb="closed_by_consent",
            subjects=[person.ledger_alias],
            compartments=list(row.parts),
            object_id=row.pk,
        )
        _tell_desk(actor, person, row)
    if rows:
        happened(person)
    return newly


def _turn(actor: Actor, row: ServiceReferral, words: str) -> None:
    turn = Turn(
        id=uuid4(),
        case_id=row.case_id,
        grant_id=row.grant_id,
        referral=row,
        state=row.state,
        by=actor.user_id,
        by_institution=actor.institution_principal,
    )
    if words:
        vault.seal(actor.ring, turn, words=words)
    turn.save(force_insert=True)


def _tell_desk(actor: Actor, person: Person, row: ServiceReferral) -> None:
    """Say that something changed, with a link to the desk's list: the request itself is no longer there."""
    desk = providers.desk_at(row.desk)
    for colleague in providers.people_to_tell(person.pk, desk) if desk else []:
        outbox.post(actor=actor, to=colleague, kind="changed", link=reverse("support:requests"))
