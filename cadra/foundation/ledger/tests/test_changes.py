"""What was done to somebody is found however often she was looked at."""

from typing import Any
from uuid import uuid4

from cadra.foundation.ledger import actions, queries
from cadra.foundation.ledger.queries import LOOKING


def test_the_index_of_changes_leaves_out_the_verbs_of_looking_and_no_others(house: Any) -> None:
    begins = f"^({'|'.join(LOOKING)})"
    [(index,)] = house.sql("SELECT indexdef FROM pg_indexes WHERE indexname = 'ledger_entry_changes'")
    [(function,)] = house.sql("SELECT prosrc FROM pg_proc WHERE proname = 'ledger_changes'")
    assert f"!~ '{begins}'" in index
    assert f"!~ '{begins}'" in function


def test_a_hundred_looks_push_no_change_out(house: Any) -> None:
    alias = uuid4()
    with house.as_("marta") as marta:
        actions.record(actor=marta, verb="wrote_note", subjects=[alias])
        for verb in LOOKING:
            for _ in range(17):
                actions.record(actor=marta, verb=f"{verb}_something", subjects=[alias])
        actions.record(actor=marta, verb="closed_file", subjects=[alias], outcome="denied")
    with house.as_("marta"):
        assert [entry.verb for entry in queries.changes(alias, limit=20)] == ["wrote_note"]
        assert len(queries.trail(alias, limit=200)) == 104
