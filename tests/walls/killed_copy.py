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
    desk, referral = _begun(house, case_id)
    return {
        "case_id": str(case_id),
        "desk_id": str(desk.pk),
        "referral_id": str(referral.pk),
        "writers": [house.sign_in("marta") for _ in range(3)],
        "referrers": [house.sign_in("ada") for _ in range(3)],
        "asker": house.sign_in("marta"),
        "giver": house.sign_in("kleo"),
        "reader": house.sign_in("sara"),
    }


def look() -> dict[str, Any]:
    """Everything the test compares with what was acknowledged to it."""
    from cadra.foundation import vault  # noqa: PLC0415
    from cadra.foundation.kernel.compartments import Compartment  # noqa: PLC0415
    from cadra.record.cases.models import Note  # noqa: PLC0415
    from cadra.stages.support.models import Delivery  # noqa: PLC0415

    house = _house()
    with house.as_("marta") as marta:
        notes = vault.unseal(marta.ring, Note.objects.all())
        texts = [note.plain["text"] for note in notes]  # type: ignore[attr-defined]
        given = vault.unseal(marta.ring, Delivery.objects.all())
        words = [row.plain["words"] for row in given]  # type: ignore[attr-defined]
    persons = [row[0] for row in house.sql("SELECT id FROM people_person")]
    keeper = house.actor("rea").ring.keeper
    pairs = [(person, str(Compartment.CORE)) for person in persons]
    by_desk = keeper.open_keys(house.actor("rea").ring.token, pairs)
    by_author = keeper.open_keys(house.actor("ada").ring.token, pairs)
    sent = {row[0] for row in house.sql("SELECT case_id FROM identification_referral WHERE state <> 'draft'")}
    drafts = {row[0] for row in house.sql("SELECT case_id FROM identification_referral WHERE state = 'draft'")}
    return {
        "notes": texts,
        "given": words,
        "asked": [str(row[0]) for row in house.sql("SELECT id FROM support_servicereferral")],
        "half_asked": _count(house, HALF_ASKED),
        "gifts_besides_entries": abs(
            len(words) - _count(house, "SELECT count(*) FROM ledger_entry WHERE verb = 'gave_help'")
        ),
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


# A request to a provider stands with its grant, her consent, an extract of every part, its first turn and its entry.
HALF_ASKED = """
SELECT count(*) FROM support_servicereferral r
WHERE NOT EXISTS (SELECT 1 FROM access_grant g WHERE g.id = r.grant_id)
   OR NOT EXISTS (SELECT 1 FROM consent_consent c WHERE c.id = r.consent_id)
   OR cardinality(r.parts) <> (SELECT count(*) FROM support_extract e WHERE e.referral_id = r.id)
   OR NOT EXISTS (SELECT 1 FROM support_turn t WHERE t.referral_id = r.id)
   OR NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.object_id = r.id AND e.verb = 'referred')
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

    shelter = {"answer": "given", "compartments": ["identity", "contact", "story", "support", "health"]}
    case_id = story.assigned(house, consents={"authority": shelter, "shelter": shelter})
    with house.as_("marta") as marta:
        mechanism.take_custody(actor=marta, file=opened(marta, case_id)[0])
    return case_id


def _begun(house: Any, case_id: Any) -> tuple[Any, Any]:
    """A provider's desk, and a request it has accepted."""
    from cadra.foundation.network.models import Desk  # noqa: PLC0415
    from cadra.record.consent.models import Answer  # noqa: PLC0415
    from cadra.record.people.models import Person  # noqa: PLC0415
    from cadra.stages.support import actions as support  # noqa: PLC0415

    desk = Desk.objects.select_related("institution").get(institution__name="Clinic of the Lake")
    said: dict[str, Any] = {"explained": ["who"], "explained_form": "spoken", "explained_language": "sq"}
    agreement = support.Agreement(answer=Answer.GIVEN, asked_for=["contact"], parts=["contact"], **said)
    with house.as_("marta") as marta:
        about: dict[str, Any] = {"person": Person.objects.get(pk=case_id), "desk": desk, "service": "medical"}
        row = support.refer(actor=marta, agreement=agreement, capacity="health", **about)
    with house.as_("kleo") as kleo:
        support.receive(actor=kleo, referral=row)
        support.answer(actor=kleo, referral=row, state="accepted")
    return desk, row


if __name__ == "__main__":
    os.environ["CADRA_TEST_HOUSE"] = "1"  # the servers are there
    django.setup()
    print(json.dumps({"settle": settle, "look": look}[sys.argv[1]]()))
