"""A file opened as someone: who it is about, by which grants, which parts. Every page of a file starts here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Basis, Grant
from cadra.foundation.access.queries import grants_alive
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.together import Wanted, together
from cadra.foundation.ledger import actions as ledger
from cadra.record.cases.models import Case, Stage
from cadra.record.cases.policy import may_carry
from cadra.record.cases.queries import case_of
from cadra.record.people.models import Person, Profile
from cadra.record.people.queries import note_denied, person_of, profile_of
from cadra.steering.mechanism.policy import open_parts

CORE = "core"


@dataclass(frozen=True)
class Opened:
    """One file as this actor sees it. `grants`: all that live; `mine`: those she sees it by."""

    actor: Actor
    person: Person
    case: Case
    profile: Profile | None
    grants: list[Grant]
    mine: list[Grant]
    parts: frozenset[str]
    plain: dict[str, Any] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """The name she goes by, when it is open."""
        return str(self.plain.get("called") or "")

    @property
    def carried(self) -> bool:
        """May the actor change the file: plan, team, consents?"""
        return may_carry(self.actor, self.mine)

    @property
    def rests(self) -> bool:
        """A closed file is only read."""
        return self.case.stage == Stage.CLOSED

    @property
    def writing(self) -> list[Grant]:
        """The grants by which the actor may write: none while the file rests."""
        return [] if self.rests else self.mine

    @property
    def changeable(self) -> bool:
        """Does the actor carry it, and is it open?"""
        return self.carried and not self.rests

    @property
    def emergency(self) -> Grant | None:
        """The emergency opening by which the actor sees it now, the latest."""
        found = [grant for grant in self.mine if grant.basis == Basis.BREAK_GLASS]
        return max(found, key=lambda grant: grant.until, default=None)

    @property
    def keyless(self) -> bool:
        """Can nothing sealed be opened, because the keeper is away?"""
        return self.actor.ring.keeper_away

    @property
    def core_shown(self) -> list[str]:
        """The part every page of the file shows: her name in the bar."""
        return [CORE] if self.profile is not None and not self.keyless else []


def opened(actor: Actor, case_id: UUID, *besides: Wanted) -> tuple[Opened, list[list[Any]]]:
    """The file and the rows of other queries about it, in one round trip to each of database and keeper.

    404 alike when it does not exist and when it is not hers; either way the attempt is written down.
    """
    persons, cases, grants, profiles, *rest = together(
        person_of(case_id),
        case_of(case_id),
        grants_alive(case_id, now()),
        profile_of(case_id),
        *besides,
    )
    if not persons:
        note_denied(actor, case_id)
    if not persons or not cases:
        raise Http404
    mine = [grant for grant in grants if grant.grantee in actor.principals]
    file = Opened(actor, persons[0], cases[0], next(iter(profiles), None), grants, mine, open_parts(mine))
    actor.ring.keys((case_id, part) for part in file.parts - {"identity"})
    vault.unseal(actor.ring, profiles)
    if file.profile is not None:
        file.plain.update(file.profile.plain)  # type: ignore[attr-defined]
    return file, rest


def look(file: Opened, verb: str, parts: Iterable[str] = ()) -> None:
    """Record that a page of the file was seen: the parts it showed, besides her name in the bar."""
    ledger.record(
        actor=file.actor,
        verb=verb,
        subjects=[file.person.ledger_alias],
        compartments=sorted({*file.core_shown, *parts}),
    )
