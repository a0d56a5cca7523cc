"""The file a page of support stands on: its person, what is open of it to the actor, and whether she carries it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Grant
from cadra.foundation.access.queries import grants_alive
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.together import Wanted, together
from cadra.foundation.ledger import actions as ledger
from cadra.record.cases.models import Case, Stage
from cadra.record.cases.queries import case_of
from cadra.record.people.models import Person, Profile
from cadra.record.people.queries import note_denied, person_of, profile_of
from cadra.stages.support import policy


@dataclass(frozen=True)
class File:
    """One file as the actor sees it. `profile.plain` is opened; `more` are the rows of the extra queries."""

    person: Person
    case: Case
    profile: Profile | None
    grants: list[Grant]
    may_plan: bool
    more: list[list[Any]]

    @cached_property
    def parts(self) -> frozenset[str]:
        """Compartments of the living file open to the actor."""
        return policy.open_parts(self.grants)

    @property
    def called(self) -> str:
        """The name she goes by, when open to the actor."""
        return str(_plain(self.profile).get("called") or "")


def file_for(actor: Actor, case_id: UUID, *more: Wanted, verb: str = "", to_change: bool = False) -> File:
    """The file, in one round trip with `more` queries; 404 unless its support part is open to the actor.

    `to_change`: 404 also when the actor only reads. `verb`: the look written to the ledger.
    """
    persons, cases, grants, profiles, *rest = together(
        person_of(case_id),
        case_of(case_id),
        grants_alive(case_id, now()),
        profile_of(case_id),
        *more,
    )
    grants = [grant for grant in grants if grant.grantee in actor.principals]
    if not persons or not cases or not policy.may_see_plan(grants):
        note_denied(actor, case_id)
        raise Http404
    may_plan = policy.may_plan(actor, grants) and cases[0].stage != Stage.CLOSED  # a closed file is only read
    if to_change and not may_plan:
        raise Http404
    vault.unseal(actor.ring, [*profiles, *(row for rows in rest for row in rows if _is_sealed(row))])
    if verb:
        ledger.record(actor=actor, verb=verb, subjects=[persons[0].ledger_alias], compartments=["core", "support"])
    return File(persons[0], cases[0], profiles[0] if profiles else None, grants, may_plan, rest)


def look(actor: Actor, person: Person, verb: str, parts: Sequence[str], row: UUID | None = None) -> None:
    """Write down that these parts were shown."""
    ledger.record(actor=actor, verb=verb, subjects=[person.ledger_alias], compartments=list(parts), object_id=row)


def _is_sealed(row: Any) -> bool:
    return any(isinstance(field, vault.SealedField) for field in row._meta.concrete_fields)


def _plain(row: Any) -> dict[str, Any]:
    return getattr(row, "plain", {})
