"""Every compartment of a draft is sealed under its own key."""

import json
from typing import Any

import pytest

from cadra.foundation import vault
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.ring import Ring
from cadra.stages.identification.models import ReferralAnswers
from cadra.stages.identification.tests import intake

WORDS = {
    ("person", "core"): "Mira",
    ("person", "identity"): "Canary",
    ("contact", "contact"): "069 000 0000",
    ("place", "story"): "wept",
    ("indicators", "story"): "Bruises",
    ("explanations", "core"): "my brother",
    ("consent", "story"): "fears the police",
}


class Keys:
    """A ring that holds the keys of one compartment only."""

    def __init__(self, ring: Ring, part: str) -> None:
        self.ring, self.part = ring, part

    def keys(self, pairs: Any) -> dict[Any, bytes]:
        return self.ring.keys([pair for pair in pairs if pair[1] == self.part])


@pytest.mark.parametrize("part", [*Compartment])
def test_a_key_opens_its_own_compartment_and_no_other(house: Any, part: str) -> None:
    referral_id = intake.begin(house)
    with house.as_("ada") as ada:
        rows = list(ReferralAnswers.objects.filter(referral_id=referral_id))
        vault.unseal(Keys(ada.ring, part), rows)  # type: ignore[arg-type]
        opened = {(row.screen, row.compartment_of_row): row.plain["content"] for row in rows}  # type: ignore[attr-defined]
    for (screen, compartment), content in opened.items():
        assert (content is vault.CLOSED) == (compartment != part), (screen, compartment)
    for place, words in WORDS.items():
        if place[1] == part:
            assert words in json.dumps(opened[place])


def test_no_word_of_hers_stands_in_the_database_in_clear(house: Any) -> None:
    intake.send(house)
    tables = [name for (name,) in house.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    for table in tables:
        everything = str(house.sql(f"SELECT {table}::text FROM {table}"))
        for words in ("Mira", "Drita", "Canary", "069 000", "wept", "Bruises", "brother", "fears"):
            assert words not in everything, (table, words)


def test_every_look_and_every_save_of_a_draft_is_in_the_ledger(house: Any) -> None:
    from cadra.stages.identification.queries import intake as queries  # noqa: PLC0415

    referral_id = intake.begin(house)
    with house.as_("ada") as ada:
        queries.draft_for(ada, referral_id)
        queries.drafts(ada)
    written = house.sql("SELECT verb, purpose FROM ledger_entry WHERE object_id = %s", [referral_id])
    assert [purpose for verb, purpose in written if verb == "saved_draft"] == list(intake.SCREENS)
    assert ("looked_at_draft", "") in written
    assert house.sql("SELECT count(*) FROM ledger_entry WHERE verb = 'listed_drafts'") == [(1,)]
