"""The file page shows what the reader's grants open, at a glance, and leaves one look with the parts it showed."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from cadra.foundation.kernel.clock import now
from cadra.foundation.ledger import actions as ledger
from cadra.record.cases import actions as cases
from cadra.record.cases.models import Case
from cadra.record.consent.models import Consent
from cadra.stages.identification.models import Pair, RecoveryPeriod
from cadra.stages.support import actions as support
from cadra.steering.mechanism import actions
from cadra.steering.mechanism.events import ACTS, LOOKS, is_look
from cadra.steering.mechanism.queries.file import EVENTS, file_page
from cadra.steering.mechanism.queries.opened import opened
from cadra.steering.mechanism.tests.test_every_page import MOST, queries_of

DAY = dt.timedelta(days=1)


def url(file: Any) -> str:
    return reverse("mechanism:file", args=[file.pk])


@pytest.fixture
def full(house: Any, carried: Any) -> Any:
    """A file with a pair, a time to recover, a case manager, a plan and an offer."""
    with house.as_("rea") as rea:
        Pair.objects.create(
            case_id=carried.pk,
            police_id=house.user("petrit").pk,
            social_id=house.user("sonila").pk,
            named_by=rea.user_id,
            decision_due_at=now() + 10 * DAY,
        )
        RecoveryPeriod.objects.create(
            case_id=carried.pk,
            starts_on=now().date(),
            ends_on=now().date() + 90 * DAY,
            bars_removal=True,
            limit_code="recovery_reflection",
            set_by=rea.user_id,
        )
    with house.as_("marta") as marta:
        actions.take_custody(actor=marta, file=opened(marta, carried.pk)[0])
        support.add_goal(actor=marta, person=carried, words="A room with a key of my own", steps=[])
    return carried


def test_everything_at_a_glance(house: Any, full: Any) -> None:
    page = house.client("marta").get(url(full)).content.decode()
    for words in (
        full.reference,
        "called Dee",
        "Never leave a message.",
        "Never say: Shelter",
        "Petrit Police",
        "May not be removed",
        "A room with a key of my own",
        "Marta Manager",
        "What she agreed to",
        "The file moved to support",
        "Decision of the identification pair",
    ):
        assert words in page, words


def test_a_full_file_asks_no_more_than_an_empty_one(house: Any, full: Any) -> None:
    asked = queries_of(house.client("marta"), url(full))
    assert len(asked) <= MOST - 3, asked


def test_one_round_trip_to_the_keeper(house: Any, full: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from cadra.foundation.vault.keeper import Keeper  # noqa: PLC0415

    asked: list[str] = []
    real = Keeper.ask

    def counting(self: Any, operation: str, **fields: Any) -> Any:
        asked.append(operation)
        return real(self, operation, **fields)

    client = house.client("marta")
    client.get(url(full))
    monkeypatch.setattr(Keeper, "ask", counting)
    client.get(url(full))
    assert asked == ["open_keys"]


def test_the_look_names_the_parts_that_were_shown(house: Any, full: Any) -> None:
    house.client("marta").get(url(full))
    rows = house.sql("SELECT compartments FROM ledger_entry WHERE verb = 'looked_at_file'")
    assert rows == [(["contact", "core", "story", "support"],)]


def test_a_part_that_closes_leaves_the_page(house: Any, full: Any) -> None:
    with house.as_("marta") as marta:
        consent = Consent.objects.get(case_id=full.pk)
        actions.withdraw_consent(actor=marta, person=full, consent=consent)
    page = house.client("marta").get(url(full)).content.decode()
    assert "Never leave a message." not in page
    assert "How often she was asked" not in page
    assert "Not open to you: Identity, Safe contact, What happened" in page
    rows = house.sql("SELECT compartments FROM ledger_entry WHERE verb = 'looked_at_file' ORDER BY at DESC LIMIT 1")
    assert rows == [(["core", "support"],)]


def test_danger_and_a_child_are_said_first(house: Any, carried: Any) -> None:
    with house.as_("rea"):
        Case.objects.filter(case_id=carried.pk).update(in_danger=True, is_child=True)
    page = house.client("marta").get(url(carried)).content.decode()
    assert "Danger now was reported" in page
    assert page.index("Child") < page.index("Presumed")


def test_whoever_does_not_carry_it_sees_neither_consents_nor_others_events(house: Any, carried: Any) -> None:
    with house.as_("zana") as zana:
        actions.open_in_emergency(actor=zana, reference=carried.reference, reason="missing")
    page = house.client("zana").get(url(carried)).content.decode()
    assert "What she agreed to" not in page
    assert "She was registered" not in page
    assert "The file was opened" in page


def test_no_number_of_looks_pushes_out_what_happened(house: Any, carried: Any) -> None:
    """Looks by oneself and by others stand on “who saw the file” alone; nor do a colleague's acts hide a milestone."""
    with house.as_("rea") as rea:
        cases.write_note(actor=rea, person=carried, compartment="support", text="Slept")
        for _ in range(210):
            ledger.record(actor=rea, verb="looked_at_file", subjects=[carried.ledger_alias])
        carrying = [str(one.sentence) for one in file_page(rea, carried.pk).events]
    assert carrying[0] == "A note was written"
    assert len(carrying) == EVENTS
    assert not [words for words in carrying if words in map(str, LOOKS.values())]
    with house.as_("zana") as zana:
        actions.open_in_emergency(actor=zana, reference=carried.reference, reason="missing")
        found = [str(one.sentence) for one in file_page(zana, carried.pk).events]
    assert found == ["The file was opened in an emergency", "The file was given into custody", "The file was opened"]


def test_every_verb_of_a_look_is_known_for_one() -> None:
    assert [verb for verb in LOOKS if not is_look(verb)] == []
    assert [verb for verb in ACTS if is_look(verb)] == []


def test_the_title_says_the_page_and_the_reference_never_a_name(house: Any, full: Any) -> None:
    page = house.client("marta").get(url(full)).content.decode()
    title = page.split("<title>")[1].split("</title>")[0]
    assert full.reference in title
    assert "Dee" not in title


def test_reading_leaves_nothing_unopened_in_the_page(house: Any, full: Any) -> None:
    with house.as_("marta") as marta:
        page = file_page(marta, full.pk)
    assert page.file.carried
    assert page.panels.board is not None
    assert [goal.plain["words"] for goal in page.panels.board.goals] == ["A room with a key of my own"]
