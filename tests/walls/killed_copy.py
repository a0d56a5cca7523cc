"""Run beside a whole copy: puts people and a file into it, and afterwards looks whether anything was lost.

`python -m tests.walls.killed_copy settle|look`, in the environment of that copy. Answers one line of JSON.
"""

import json
import os
import sys
from typing import Any

import django


def settle() -> dict[str, Any]:
    """The cast, one file carried by Marta, and eight signed-in devices."""
    from tests import cast  # noqa: PLC0415

    cast.settle()
    house = _house()
    case_id = _file(house)
    return {
        "case_id": str(case_id),
        "writers": [house.sign_in("marta") for _ in range(4)],
        "referrers": [house.sign_in("ada") for _ in range(4)],
        "reader": house.sign_in("sara"),
    }


def look() -> dict[str, Any]:
    """Everything the test compares with what was acknowledged to it."""
    from cadra.foundation import vault  # noqa: PLC0415
    from cadra.foundation.kernel.compartments import Compartment  # noqa: PLC0415
    from cadra.record.cases.models import Note  # noqa: PLC0415

    house = _house()
    with house.as_("marta") as marta:
        notes = vault.unseal(marta.ring, Note.objects.all())
        texts = [note.plain["text"] for note in notes]  # type: ignore[attr-defined]
    persons = [row[0] for row in house.sql("SELECT id FROM people_person")]
    keeper = house.actor("rea").ring.keeper
    pairs = [(person, str(Compartment.CORE)) for person in persons]
    by_desk = keeper.open_keys(house.actor("rea").ring.token, pairs)
    by_author = keeper.open_keys(house.actor("ada").ring.token, pairs)
    sent = {row[0] for row in house.sql("SELECT case_id FROM identification_referral WHERE state <> 'draft'")}
    drafts = {row[0] for row in house.sql("SELECT case_id FROM identification_referral WHERE state = 'draft'")}
    return {
        "notes": texts,
        "receipts": [str(row[0]) for row in house.sql("SELECT id FROM identification_receipt")],
        "notes_without_entry": _count(
            house, "SELECT count(*) FROM cases_note n WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e "
            "WHERE e.object_id = n.id AND e.verb = 'wrote_note')"
        ),
        "entries_without_note": _count(
            house, "SELECT count(*) FROM ledger_entry e WHERE e.verb = 'wrote_note' AND NOT EXISTS "
            "(SELECT 1 FROM cases_note n WHERE e.object_id = n.id)"
        ),
        "half_sent": _count(house, HALF_SENT),
        "looks_by_reader": _count(
            house,
            "SELECT count(*) FROM ledger_entry WHERE actor = %s AND verb <> 'message.posted'",
            [house.user("sara").pk],
        ),
        "sent_not_open_to_desk": len([case for case in sent if (case, "core") not in by_desk]),
        "drafts_not_open_to_author": len([case for case in drafts if (case, "core") not in by_author]),
        "sent_open_to_author": len([case for case in sent if (case, "core") in by_author]),
        "sent": len(sent),
        "drafts": len(drafts),
    }  # fmt: skip


# A referral is a draft with its author's grant alone, or sent with receipt, desk's grant, entry and messages. What a
# screen tells of her is kept with it.
HALF_SENT = """
SELECT count(*) FROM identification_referral r
WHERE (r.state <> 'draft') <> EXISTS (SELECT 1 FROM identification_receipt WHERE id = r.id)
   OR (r.state <> 'draft') <> EXISTS (SELECT 1 FROM access_grant g
        WHERE g.case_id = r.case_id AND g.basis = 'legal_duty' AND g.ended_at IS NULL)
   OR (r.state = 'draft') <> EXISTS (SELECT 1 FROM access_grant g
        WHERE g.id = r.case_id AND g.ended_at IS NULL)
   OR (r.state <> 'draft') <> EXISTS (SELECT 1 FROM ledger_entry e
        WHERE e.object_id = r.id AND e.verb = 'sent_referral')
   OR ('person' = ANY (r.screens)) <> EXISTS (SELECT 1 FROM people_profile p WHERE p.case_id = r.case_id)
"""


def _count(house: Any, statement: str, values: Any = ()) -> int:
    return int(house.sql(statement, values)[0][0])


def _house() -> Any:
    from tests import cast  # noqa: PLC0415
    from tests.house import House  # noqa: PLC0415

    return House(os.environ["DATABASE_URL"], cast.people())


def _file(house: Any) -> Any:
    from cadra.stages.identification.tests import story  # noqa: PLC0415
    from cadra.steering.mechanism import actions as mechanism  # noqa: PLC0415
    from cadra.steering.mechanism.queries.opened import opened  # noqa: PLC0415

    case_id = story.assigned(house)
    with house.as_("marta") as marta:
        mechanism.take_custody(actor=marta, file=opened(marta, case_id)[0])
    return case_id


if __name__ == "__main__":
    os.environ["CADRA_TEST_HOUSE"] = "1"  # the servers are there
    django.setup()
    print(json.dumps({"settle": settle, "look": look}[sys.argv[1]]()))
