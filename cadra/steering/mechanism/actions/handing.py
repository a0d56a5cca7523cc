"""From one hand to the next: a file with its briefing. Until the next one says yes nothing moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Basis, Grant
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.actions import note_untrained
from cadra.foundation.network.models import User
from cadra.foundation.outbox import actions as outbox
from cadra.record.cases import actions as cases
from cadra.record.cases.models import Case, Handover, Passing, Stage
from cadra.record.people.actions import ChangedMeanwhile
from cadra.record.people.models import Person
from cadra.record.tasks import actions as tasks
from cadra.steering.mechanism import policy
from cadra.steering.mechanism.actions.team import NeedsReason, Stands
from cadra.steering.mechanism.queries.candidates import Candidate, successors
from cadra.steering.mechanism.queries.opened import Opened, opened

WAY = (Passing.DRAFT, Passing.SENT)
LIST = "mechanism:handovers"


class CannotHave(Exception):
    """This colleague can't take the file over; `str()` says so."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words or _("This colleague can’t take this file over now. Choose somebody else."))


@dataclass(frozen=True)
class Briefing:
    """What the writer adds: whom it goes to, what matters most, what she asked for, why against her wish."""

    to_user: UUID | None = None
    words: str = ""
    wants: str = ""
    against: str = ""


@act
def write(*, actor: Actor, file: Opened, briefing: Briefing, version: int = 0) -> Handover:
    """Begin a hand-over of this file, or write its draft anew; nobody is told. `Stands` when it is on its way already,
    `ChangedMeanwhile` when somebody else wrote in it since `version`, `CannotHave` for whom it can't be given."""
    _may(actor, file)
    if briefing.to_user is not None:
        _chosen(file, briefing.to_user)
    row = Handover.objects.select_for_update().filter(case_id=file.person.pk, state__in=WAY).first()
    if row is not None and row.state == Passing.SENT:
        raise Stands
    if row is not None and row.version != version:
        vault.unseal(actor.ring, [row])
        raise ChangedMeanwhile(row)
    is_new = row is None
    if row is None:
        row = Handover(id=uuid4(), case_id=file.person.pk, written_by=actor.user_id)
        vault.seal(actor.ring, row, ahead=[], answer={"words": ""})
    else:
        row.version += 1
    row.to_user, row.from_user = briefing.to_user, file.case.manager_id
    row.has_words = bool(briefing.words.strip())
    said = {"words": briefing.words.strip(), "wants": briefing.wants.strip(), "against": briefing.against.strip()}
    vault.seal(actor.ring, row, briefing=said)
    try:
        with transaction.atomic():
            row.save(force_insert=is_new)
    except IntegrityError:  # two began it in the same moment
        raise Stands from None
    _note(actor, file.person, "wrote_handover", row)
    return row


@act
def choose_all(*, actor: Actor, handovers: Mapping[UUID, Handover], chosen: Mapping[UUID, UUID]) -> tuple[int, int]:
    """Begin, or change, a draft for each of these files: file → who takes it. What was written stays.

    Returns how many were kept, and how many stand differently by now.
    """
    kept = held = 0
    for case_id, user_id in chosen.items():
        draft = handovers.get(case_id)
        draft = draft if draft is not None and draft.state == Passing.DRAFT else None
        if draft is not None and draft.to_user == user_id:
            kept += 1
            continue
        said: dict[str, Any] = {}
        if draft is not None:
            vault.unseal(actor.ring, [draft])
            said = draft.plain["briefing"] if isinstance(draft.plain["briefing"], dict) else {}
        try:
            with transaction.atomic():
                write(
                    actor=actor,
                    file=opened(actor, case_id)[0],
                    briefing=Briefing(user_id, **said),
                    version=draft.version if draft else 0,
                )
        except (Stands, CannotHave, ChangedMeanwhile):
            held += 1
        else:
            kept += 1
    return kept, held


@act
def send(*, actor: Actor, file: Opened, ahead: Sequence[dict[str, Any]]) -> Handover:
    """Ask the chosen colleague to take the file over; `ahead` is what is next on it, as it stands now. Twice is once.

    `NeedsReason` when it goes against her wish and nobody said why; `CannotHave` without a choice or words.
    """
    _may(actor, file)
    row = _on_its_way(file.person.pk)
    if row.state == Passing.SENT:
        return row
    vault.unseal(actor.ring, [row])
    if row.to_user is None or not row.has_words:
        raise CannotHave(_("Choose who takes the file over, and write what matters most, before you send it."))
    chosen = _chosen(file, row.to_user)
    against = chosen.fits is False
    if against and not row.plain["briefing"]["against"]:
        raise NeedsReason
    if chosen.untrained:
        note_untrained(actor=actor, missing={row.to_user: chosen.untrained}, reason="")
    vault.seal(actor.ring, row, ahead=list(ahead))
    row.state, row.sent_at, row.against_wish = Passing.SENT, now(), against
    row.from_user, row.version = file.case.manager_id, row.version + 1
    row.answer_by = deadline(now(), pack().limit("handover_answer"))
    row.save()
    Handover.objects.filter(case_id=file.person.pk, state=Passing.DECLINED, settled_at=None).update(settled_at=now())
    _note(actor, file.person, "sent_handover", row, "against_her_wish" if against else "")
    outbox.post(actor=actor, to=row.to_user, kind="waiting", link=reverse(LIST))
    return row


@act
def accept(*, actor: Actor, person: Person, handover: Handover) -> Handover:
    """The next one says yes: in this moment she carries the file, its open tasks are hers, and the former one's own
    openings end. Twice is once. `Stands` when the file went elsewhere meanwhile."""
    case = Case.objects.select_for_update().filter(case_id=person.pk).first()
    row = Handover.objects.select_for_update().filter(pk=handover.pk, case_id=person.pk, to_user=actor.user_id).first()
    if case is None or row is None:
        raise Http404
    if row.state == Passing.ACCEPTED:
        return row
    role = next((role for role in policy.CUSTODIANS if actor.has(role)), None)
    if (
        row.state != Passing.SENT
        or case.manager_id != row.from_user
        or case.holder != actor.institution_principal
        or case.stage == Stage.CLOSED
        or role is None
    ):
        raise Stands
    row.state, row.answered_at, row.settled_at = Passing.ACCEPTED, now(), now()
    row.save(update_fields=["state", "answered_at", "settled_at"])
    former = row.from_user
    if former is not None:
        tasks.pass_on(actor=actor, person=person, former=former)
        cases.leave_team(actor=actor, person=person, user_ids=[former], roles=[str(r) for r in policy.CUSTODIANS])
        _end_openings(actor, person, former)
    cases.carry_on(actor=actor, person=person, first=former is None)
    cases.join_team(
        actor=actor, person=person, user_id=actor.user_id, institution_id=actor.institution_id, role=str(role)
    )
    if case.stage == Stage.IDENTIFICATION:
        cases.move(actor=actor, person=person, stage=Stage.SUPPORT)
    _note(actor, person, "took_over", row)
    for user_id in {row.written_by, *([former] if former else [])} - {actor.user_id}:
        outbox.post(actor=actor, to=user_id, kind="answered", link=reverse("mechanism:home"))
    return row


@act
def decline(*, actor: Actor, person: Person, handover: Handover, words: str) -> Handover:
    """Whoever it was sent to says no, and why; whoever carried the file carries it. Twice is once."""
    row = Handover.objects.select_for_update().filter(pk=handover.pk, case_id=person.pk, to_user=actor.user_id).first()
    if row is None:
        raise Http404
    if row.state == Passing.DECLINED:
        return row
    if row.state != Passing.SENT:
        raise Stands
    vault.seal(actor.ring, row, answer={"words": words.strip()})
    row.state, row.answered_at = Passing.DECLINED, now()
    row.save(update_fields=["answer", "state", "answered_at"])
    _note(actor, person, "declined_handover", row)
    link = reverse("mechanism:handover", args=[person.pk])
    for user_id in {row.written_by, *([row.from_user] if row.from_user else [])} - {actor.user_id}:
        outbox.post(actor=actor, to=user_id, kind="answered", link=link)
    return row


@act
def take_back(*, actor: Actor, file: Opened) -> Handover:
    """Not after all: the file stays where it is."""
    _may(actor, file)
    row = _on_its_way(file.person.pk)
    was_sent = row.state == Passing.SENT
    row.state, row.settled_at = Passing.WITHDRAWN, now()
    row.save(update_fields=["state", "settled_at"])
    _note(actor, file.person, "took_back_handover", row)
    if was_sent and row.to_user is not None:
        outbox.post(actor=actor, to=row.to_user, kind="changed", link=reverse("mechanism:home"))
    return row


def _may(actor: Actor, file: Opened) -> None:
    if not policy.may_hand_over(actor, file.case, file.mine) or "support" not in file.parts:
        raise Http404


def _on_its_way(case_id: UUID) -> Handover:
    row = Handover.objects.select_for_update().filter(case_id=case_id, state__in=WAY).first()
    if row is None:
        raise Stands
    return row


def _chosen(file: Opened, user_id: UUID) -> Candidate:
    found = next((one for one in successors(file) if one.user.pk == user_id), None)
    if found is None:
        raise CannotHave
    return found


def _end_openings(actor: Actor, person: Person, former: UUID) -> None:
    """What was open to the former one alone, for carrying the file. What opens by her house or another task stays."""
    principal = User.objects.filter(pk=former).values_list("principal", flat=True)
    own = Grant.objects.filter(case_id=person.pk, ended_at=None, grantee__in=principal)
    access.end(
        actor=actor,
        grants=list(own.filter(basis__in=[Basis.CUSTODY, Basis.BREAK_GLASS])),
        reason="handed_over",
    )


def _note(actor: Actor, person: Person, verb: str, row: Handover, purpose: str = "") -> None:
    ledger.record(
        actor=actor,
        verb=verb,
        subjects=[person.ledger_alias],
        compartments=[row.sealed_under],
        purpose=purpose,
        object_id=row.pk,
    )
