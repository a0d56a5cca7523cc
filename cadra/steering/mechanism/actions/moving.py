"""Moving a file on: between support and inclusion, closing it with two pairs of eyes, opening it again.

Closing ends what others could see (providers, the identification pair, whoever she agreed to) and keeps the history,
which stays open to those who carry the file, as far as it was open to them. She can come back at any time: that is
a new episode of the same file.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Grant
from cadra.foundation.access.queries import feared
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.models import User
from cadra.foundation.outbox import actions as outbox
from cadra.record.cases import actions as cases
from cadra.record.cases.models import Case, Closing, HerWord, Stage, TeamMember
from cadra.record.consent import actions as consents
from cadra.steering.mechanism import panels, policy
from cadra.steering.mechanism.actions import team
from cadra.steering.mechanism.queries.colleagues import second_lookers
from cadra.steering.mechanism.queries.opened import Opened


class NotNow(Exception):
    """The file does not stand where this begins; `str()` says why to the person who tried."""


@act
def move(*, actor: Actor, file: Opened, stage: Stage, reason: str) -> None:
    """From support to inclusion or back. Moving where it stands already does nothing."""
    case = _held(file)
    if case.stage == stage:
        return
    if stage not in policy.MOVES.get(Stage(case.stage), ()) or reason not in _reasons(stage):
        raise NotNow(_("The file can't be moved like this from where it stands now. Look at it again."))
    cases.move(actor=actor, person=file.person, stage=stage, reason=reason)
    _tell(actor, file.person.pk, _team(file.person.pk))


@act
def propose_closing(
    *, actor: Actor, file: Opened, reason: str, her_word: str, why: str, come_back: str, submission: UUID
) -> Closing:
    """Ask a colleague for a second look. Nothing ends yet. The same submission is one proposal."""
    case = _held(file)
    known = Closing.objects.filter(pk=submission, case_id=file.person.pk).first()
    if known is not None:
        return known
    if case.stage == Stage.CLOSED or case.stage not in policy.MOVES:
        raise NotNow(_("A file is closed from support or inclusion."))
    if reason not in _reasons("closed") or her_word not in HerWord.values or not why.strip():
        raise ValueError("a closing has a reason, her word and why")
    open_things = panels.still_open(file.person.pk)
    row = Closing(
        id=submission,
        case_id=file.person.pk,
        reason=reason,
        her_word=her_word,
        open_goals=open_things.goals,
        open_referrals=open_things.referrals,
        proposed_by=actor.user_id,
        second_look_by=deadline(now(), pack().limit("second_look")),
    )
    vault.seal(actor.ring, row, words={"why": why.strip(), "come_back": come_back.strip(), "second": ""})
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise NotNow(_("A closing waits for its second look already.")) from None
    ledger.record(
        actor=actor, verb="proposed_closing", subjects=[file.person.ledger_alias], purpose=reason, object_id=row.pk
    )
    cases.touch(case_id=file.person.pk)
    _tell(actor, file.person.pk, second_lookers(case, actor.user_id), kind="waiting")
    return row


@act
def close(*, actor: Actor, file: Opened, closing: Closing, second: str = "") -> None:
    """The second look says yes: referrals are taken back, the pair's task and all consents' openings end, it rests."""
    person, case = file.person, _held(file)
    row = _open_closing(actor, file, closing)
    if row is None:
        return
    if row.proposed_by == actor.user_id:
        raise NotNow(_("You proposed this closing. A colleague looks at it a second time."))
    told = _team(person.pk)
    team.end_all(actor=actor, person=person)
    panels.end_help(actor=actor, person=person)
    panels.end_identification(actor=actor, person=person)
    living = Grant.objects.filter(case_id=person.pk, ended_at=None)
    access.end(actor=actor, grants=policy.ending(living, case), reason="file_closed")
    consents.end_all(actor=actor, person=person, but_for=case.holder)
    _add_second(actor, row, second)
    row.confirmed_by, row.confirmed_at = actor.user_id, now()
    row.save(update_fields=["words", "confirmed_by", "confirmed_at"])
    cases.move(actor=actor, person=person, stage=Stage.CLOSED, reason=row.reason)
    _tell(actor, person.pk, {*told, row.proposed_by})


@act
def give_back(*, actor: Actor, file: Opened, closing: Closing, second: str) -> None:
    """Not closed after all: the second look says why, or whoever proposed it takes it back."""
    _held(file)
    row = _open_closing(actor, file, closing)
    if row is None:
        return
    _add_second(actor, row, second)
    row.returned_by, row.returned_at = actor.user_id, now()
    row.save(update_fields=["words", "returned_by", "returned_at"])
    ledger.record(actor=actor, verb="returned_closing", subjects=[file.person.ledger_alias], object_id=row.pk)
    cases.touch(case_id=file.person.pk)
    _tell(actor, file.person.pk, [row.proposed_by])


@act
def reopen(*, actor: Actor, file: Opened, reason: str) -> None:
    """She is back: a new episode begins, in support. Opening an open file does nothing.

    Whoever carried it carries it again if she is still there, else the actor when carrying is her work, else the
    file waits at its holder for somebody to take it on. What she agreed to before is asked anew.
    """
    case = _held(file)
    if case.stage != Stage.CLOSED:
        return
    if reason not in _reasons("reopened"):
        raise NotNow(_("Choose why the file is opened again."))
    manager = case.manager_id
    if manager is None or not User.objects.filter(pk=manager, is_active=True).exists():
        manager = actor.user_id if actor.has(*policy.CUSTODIANS) else None
    cases.move(actor=actor, person=file.person, stage=Stage.SUPPORT, reason=reason)
    panels.take_up_tasks(person=file.person)
    cases.add_episode(actor=actor, person=file.person, reason=reason, area=case.area, forms=case.forms)
    if case.holder is not None:
        cases.set_holder(actor=actor, person=file.person, holder=case.holder, manager_id=manager)
    ledger.record(actor=actor, verb="reopened_file", subjects=[file.person.ledger_alias], purpose=reason)
    _tell(actor, file.person.pk, {*_team(file.person.pk), *([manager] if manager else [])})


def _held(file: Opened) -> Case:
    """The file's row as it is now, kept for this transaction; 404 unless the actor carries the file."""
    if not policy.may_move(file.actor, file.mine):
        raise Http404
    return Case.objects.select_for_update().get(pk=file.case.pk)


def _open_closing(actor: Actor, file: Opened, closing: Closing) -> Closing | None:
    """The proposal, kept for this transaction; None when it was decided already."""
    row = Closing.objects.select_for_update().filter(pk=closing.pk, case_id=file.person.pk).first()
    if row is None:
        raise Http404
    return None if row.confirmed_at or row.returned_at else row


def _add_second(actor: Actor, row: Closing, second: str) -> None:
    """What the second look says beside what was proposed; 404 for whom those words are closed."""
    words = vault.unseal(actor.ring, [row])[0].plain["words"]
    if not isinstance(words, dict):
        raise Http404
    vault.seal(actor.ring, row, words={**words, "second": second.strip()})


def _reasons(move: str) -> list[str]:
    return [reason.code for reason in pack().reasons_to(move)]


def _team(case_id: UUID) -> list[UUID]:
    """Who works with her now."""
    return list(TeamMember.objects.filter(case_id=case_id, until=None).values_list("user_id", flat=True))


def _tell(actor: Actor, case_id: UUID, people: Iterable[UUID], kind: str = "changed") -> None:
    """Say, in neutral words, that something changed. Whoever can't see the file any more finds her own page."""
    keeps = {
        principal for grant in Grant.objects.filter(case_id=case_id, ended_at=None) for principal in [grant.grantee]
    }
    told = set(people) - {actor.user_id} - feared(case_id)
    for user in User.objects.select_related("institution").filter(pk__in=told, is_active=True):
        sees = bool(keeps & {user.principal, user.institution.principal})
        link = reverse("mechanism:file", args=[case_id]) if sees else reverse("mechanism:home")
        outbox.post(actor=actor, to=user, kind=kind, link=link)
