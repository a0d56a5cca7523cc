"""Whoever was shown a word of a person left a look at her in the ledger, of the part the word belongs to (B1)."""

from typing import Any
from uuid import UUID

from tests.world import PARTS, WORDS, World

SINCE = "SELECT compartments FROM ledger_entry WHERE actor = %s AND %s = ANY (subjects) AND id >= %s"

ALIAS, REFERRAL = "SELECT p.ledger_alias FROM people_person p ", "identification_referral"


class Looks:
    """What the ledger says that one member looked at."""

    def __init__(self, house: Any, world: World, member: str | None) -> None:
        self.house = house
        self.actor = house.user(member).pk if member else None
        [(self.file,)] = house.sql(ALIAS + "WHERE p.id = %s", [world.file_id])
        [(self.draft,)] = house.sql(ALIAS + f"JOIN {REFERRAL} r ON r.case_id = p.id WHERE r.id = %s", [world.draft_id])

    def missing(self, began: int, words: list[str]) -> list[str]:
        """Of the words a page showed since `began` (nanoseconds), those whose look nobody wrote down."""
        return [f"no look: {word}" for word in words if not self._parts(began, word) & _parts_of(word)]

    def _parts(self, began: int, word: str) -> set[str]:
        alias = self.draft if "draft" in WORDS[word] else self.file
        rows = self.house.sql(SINCE, [self.actor, alias, UUID(int=began // 1_000_000 << 80)])
        return {part for (parts,) in rows for part in parts}


def _parts_of(word: str) -> frozenset[str]:
    """The parts of the file it is of; what was not sent yet, and what was sent to a desk, may be of any."""
    return frozenset(PARTS) if WORDS[word] - frozenset(PARTS) else WORDS[word]
