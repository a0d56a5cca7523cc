"""Keeping her safe: written with her, seen by those who act, looked at again in time; the card betrays nothing."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Basis, Grant
from cadra.foundation.kernel.clock import now, today
from cadra.record.people import actions as people
from cadra.stages.support import actions
from cadra.stages.support.models import RiskAssessment, SafetyPlan, SafetyReview
from cadra.stages.support.queries import waiting
from cadra.stages.support.queries.safety import betrays, house_names
from cadra.stages.support.tests.scene import Scene
from tests.mine import work

ROWS = {
    "sources-TOTAL_FORMS": "1",
    "sources-INITIAL_FORMS": "0",
    "people-TOTAL_FORMS": "1",
    "people-INITIAL_FORMS": "0",
}
PLAN = {
    **ROWS,
    "version": "0",
    "p_signs": "Ai më ndjek – он ходит за мной",
    "p_steps": "To the neighbour, then the bus",
    "people-0-name": "Mira",
    "people-0-phone": "+355 69 111 2222",
    "people-0-on_card": "Aunt",
    "code_word": "blueberry",
    "card": "Left, second door",
}
HELPERS = [{"name": "Mira", "phone": "069", "on_card": "Aunt"}, {"name": "Officer", "phone": "1", "on_card": ""}]
RISK = {
    **ROWS,
    "version": "0",
    "q_threats": "yes",
    "q_weapons": "declined",
    "words": "He will come on Friday",
    "sources-0-words": "The man with the van",
}


def written(scene: Scene, **more: Any) -> SafetyPlan:
    with scene.house.as_("marta") as marta:
        return actions.write_safety_plan(
            actor=marta,
            person=scene.person,
            version=0,
            for_child=False,
            parts={"steps": "Run"},
            code_word="blueberry",
            card="Left, second door",
            **{"people": HELPERS, **more},
        )


def happens(scene: Scene, kind: str = "threat", who: str = "marta") -> None:
    with scene.house.as_(who) as actor:
        actions.note_incident(
            actor=actor,
            person=scene.person,
            kind=kind,
            happened_on=today(),
            what="He rang twice",
            done="Number blocked",
            submission=uuid4(),
        )


def test_the_plan_and_what_threatens_are_kept_and_the_earlier_ones_stay(scene: Scene, house: Any) -> None:
    client = house.client("marta")
    assert client.post(scene.url("safety_plan"), PLAN).status_code == 302
    assert client.post(scene.url("safety_risk"), RISK).status_code == 302
    assert (
        client.post(scene.url("safety_plan"), {**PLAN, "version": "1", "p_steps": "By the window"}).status_code == 302
    )
    page = client.get(scene.url("safety")).content.decode()
    for said in (
        "Ai më ndjek – он ходит за мной",
        "By the window",
        "blueberry",
        "The man with the van",
        "He will come",
    ):
        assert said in page
    assert house.sql("SELECT version FROM support_safetyplan ORDER BY version") == [(1,), (2,)]
    for sealed in ("parts", "people", "code_word", "card"):
        assert b"blueberry" not in bytes(house.sql(f"SELECT {sealed} FROM support_safetyplan")[0][0])
    with house.as_("marta"), pytest.raises(ProgrammingError), transaction.atomic():
        SafetyPlan.objects.update(version=9)


def test_an_emergency_opening_never_shows_the_way_out(scene: Scene, house: Any) -> None:
    written(scene)
    happens(scene)
    with house.as_("lule") as lule:
        access.break_glass(actor=lule, reference=scene.person.reference, reason="danger_to_life")
        assert not SafetyPlan.objects.exists()
        assert not RiskAssessment.objects.exists()


def test_whoever_carries_the_file_without_her_contact_still_sees_that_it_waits(scene: Scene, house: Any) -> None:
    written(scene)
    with house.as_("rea") as rea:
        held = Grant.objects.filter(case_id=scene.person.pk, basis=Basis.CONSENT, ended_at=None)
        access.end(actor=rea, grants=list(held), reason="test")
    happens(scene)
    client = house.client("marta")
    page = client.get(scene.url("safety")).content.decode()
    assert "that is not open to you" in page
    assert "He rang twice" in page
    assert "blueberry" not in page
    assert client.get(scene.url("safety_plan")).status_code == 404
    assert client.post(scene.url("safety_risk"), RISK).status_code == 404
    with house.as_("marta") as marta:
        assert "support_incident" in [one.kind for one in work(waiting, marta)]


@pytest.mark.parametrize("kind", ["threat", "contact", "whereabouts_known"])
def test_something_that_happened_raises_a_review_above_the_clock(scene: Scene, house: Any, kind: str) -> None:
    happens(scene, kind)
    with house.as_("marta") as marta:
        [item] = [one for one in work(waiting, marta) if one.kind == "support_incident"]
    assert item.urgent
    assert item.due_at is not None
    assert now() < item.due_at < now() + dt.timedelta(days=3)
    assert "He rang twice" in house.client("marta").get(scene.url("safety")).content.decode()


def test_a_hearing_and_a_move_ask_for_a_review_by_their_day(scene: Scene, house: Any) -> None:
    day = today() + dt.timedelta(days=3)
    typed = {"event": "hearing", "due_on_day": day.day, "due_on_month": day.month, "due_on_year": day.year}
    sent = {**typed, "submission": str(uuid4())}
    client = house.client("marta")
    for _twice in range(2):
        assert client.post(scene.url("safety_event"), sent).status_code == 302
    with house.as_("marta"):
        assert SafetyReview.objects.filter(event="hearing", done_at=None).count() == 1
    page = client.get(scene.url("plan")).content.decode()
    assert "Look at the safety plan again with her" in page


def test_looking_at_it_together_answers_what_waits_and_sets_the_next_day(scene: Scene, house: Any) -> None:
    written(scene)
    happens(scene)
    assert house.sql("SELECT count(*) FROM support_safetyreview WHERE done_at IS NULL") == [(2,)]
    day = today() + dt.timedelta(days=20)
    typed = {"next_on_day": day.day, "next_on_month": day.month, "next_on_year": day.year}
    assert house.client("marta").post(scene.url("safety_review"), typed).status_code == 302
    assert house.sql("SELECT event, done_at FROM support_safetyreview WHERE done_at IS NULL") == [("", None)]
    with house.as_("marta") as marta:
        assert [one.kind for one in work(waiting, marta)] == []


def test_what_is_overdue_stands_on_my_work_and_on_the_file(scene: Scene, house: Any) -> None:
    written(scene)
    house.sql("UPDATE support_safetyreview SET due_at = now() - interval '3 days'")
    client = house.client("marta")
    for address in ("/", f"/files/{scene.person.pk}/"):
        page = client.get(address).content.decode()
        assert "Look at the safety plan again with her" in page, address
    assert "its day is over" in client.get(scene.url("safety")).content.decode()


def test_the_card_she_carries_betrays_nothing(scene: Scene, house: Any) -> None:
    written(scene)
    page = house.client("marta").get(scene.url("safety_card")).content.decode()
    printed = page[page.index('<div class="cadra-pocket">') :].split("</main>")[0]
    for there in ("Left, second door", "Aunt", "069"):
        assert there in printed
    for hidden in ("blueberry", "Officer", "Mira", scene.person.reference, "Lira", "Çadra", "<h1"):
        assert hidden not in printed
    assert "<title>Notes" in page
    assert house.sql("SELECT count(*) FROM ledger_entry WHERE verb = 'looked_at_safety_card'") == [(1,)]


@pytest.mark.parametrize(
    ("words", "word"),
    [
        ("Go to the shelter", "shelter"),
        ("Shko te strehëza.", "strehëza"),
        ("Ask at House of the Oak", "House of the Oak"),
        ("Left, second door", ""),
    ],
)
def test_a_word_that_would_tell_a_stranger_is_refused_on_the_card(
    scene: Scene, house: Any, words: str, word: str
) -> None:
    assert betrays(words, house_names()) == word
    answer = house.client("marta").post(scene.url("safety_plan"), {**PLAN, "card": words})
    assert (answer.status_code == 302) is (word == "")
    if word:
        assert "tells a stranger what this is" in answer.content.decode()


@pytest.mark.parametrize(
    ("phone", "kept"), [("Shelter 069 111", False), ("069 House", False), ("+355 (0)69-111 22", True)]
)
def test_only_a_number_stands_beside_a_name_on_the_card(scene: Scene, house: Any, phone: str, kept: bool) -> None:
    typed = {**PLAN, "people-0-phone": phone}
    answer = house.client("marta").post(scene.url("safety_plan"), typed)
    assert (answer.status_code == 302) is kept
    if not kept:
        assert "Write only the number" in answer.content.decode()
        off_card = {**typed, "people-0-on_card": ""}
        assert house.client("marta").post(scene.url("safety_plan"), off_card).status_code == 302


def test_a_number_kept_before_is_printed_as_digits_alone(scene: Scene, house: Any) -> None:
    written(scene, people=[{"name": "Mira", "phone": "Shelter 069 111", "on_card": "Aunt"}])
    page = house.client("marta").get(scene.url("safety_card")).content.decode()
    assert "<br>069 111</p>" in page


def test_the_second_writer_sees_what_the_first_one_kept(scene: Scene, house: Any) -> None:
    written(scene)
    page = house.client("marta").post(scene.url("safety_plan"), {**PLAN, "p_steps": "Typed second"}).content.decode()
    assert "kept this part while you were writing" in page
    assert "Run" in page
    assert "Typed second" in page
    assert 'name="version" value="1"' in page


def test_a_child_has_its_own_form_and_doubt_about_age_opens_it(scene: Scene, house: Any) -> None:
    client = house.client("marta")
    assert "At school and on the way" not in client.get(scene.url("safety_plan")).content.decode()
    with house.as_("rea") as rea:
        people.save_profile(actor=rea, person=scene.person, age={"basis": "disputed", "years": 19})
    assert "At school and on the way" in client.get(scene.url("safety_plan")).content.decode()
    assert "Is the way to school safe?" in client.get(scene.url("safety_risk")).content.decode()


def test_a_source_of_threat_points_to_her_refusal_list(scene: Scene, house: Any) -> None:
    with house.as_("rea") as rea:
        access.refuse(actor=rea, case_id=scene.person.pk, principal=house.user("petrit").principal)
    typed = {**RISK, "sources-0-principal": str(house.user("petrit").principal)}
    assert house.client("marta").post(scene.url("safety_risk"), typed).status_code == 302
    with house.as_("marta") as marta:
        [row] = vault.unseal(marta.ring, list(RiskAssessment.objects.all()))
    assert row.plain["sources"] == [{"words": "The man with the van", "principal": house.user("petrit").principal}]
    assert "on the list: Petrit Police" in house.client("marta").get(scene.url("safety")).content.decode()
