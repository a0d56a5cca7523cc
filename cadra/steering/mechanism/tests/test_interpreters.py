"""Asked for, assigned, answered: somebody is responsible and the next date is known at every step."""

from typing import Any

import pytest
from django.http import Http404

from cadra.foundation.kernel.clock import DAY, now
from cadra.foundation.kernel.together import together
from cadra.foundation.ledger import queries as ledger
from cadra.record.interpreting import actions
from cadra.record.interpreting.models import Assignment, Request
from cadra.record.interpreting.queries import requests, roster
from cadra.record.interpreting.tests import scene
from cadra.stages.identification.tests import story
from cadra.steering.mechanism.tests.building import give_custody, make_file

HERS = "Dee"  # the name she goes by


@pytest.fixture
def person(house: Any) -> Any:
    """A file at Marta's shelter."""
    made = make_file(house)
    give_custody(house, made)
    house.sql("UPDATE cases_case SET manager_id = %s", [house.user("marta").pk])
    return made


def due(house: Any, person: Any) -> Any:
    return house.sql("SELECT next_due_at FROM cases_case WHERE case_id = %s", [person.pk])[0][0]


def test_every_answer_leaves_a_next_date_until_somebody_came(house: Any, person: Any) -> None:
    arta, besa = scene.interpreter(house, "Arta"), scene.interpreter(house, "Besa")
    row = scene.request(house, person, starts_at=now() + DAY / 4)
    for someone, said, state in (
        (arta, ("silent",), "waiting"),
        (arta, ("declined",), "waiting"),
        (besa, ("accepted", "absent"), "waiting"),
        (besa, ("accepted", "came"), "came"),
    ):
        scene.assign(house, person, row, someone)
        for word in said:
            scene.answer(house, person, row, word)
        scene.answer(house, person, row, said[-1])  # said twice is said once
        [(now_is, next_due)] = house.sql("SELECT state, next_due_at FROM interpreting_request")
        assert (now_is, next_due is None) == (state, state == "came")
        with house.as_("marta") as marta:
            assert len(together(requests.waiting(marta))[0]) == (state != "came")
        if state != "came":
            assert due(house, person) <= next_due
    assert {one.verb for one in ledger.trail(person.ledger_alias)} >= {
        *("asked_for_interpreter", "assigned_interpreter", "interpreter_silent", "interpreter_declined"),
        *("interpreter_accepted", "interpreter_absent", "interpreter_came"),
    }


def test_suggestions_say_why_in_words_and_those_with_nothing_to_settle_stand_first(house: Any, person: Any) -> None:
    scene.interpreter(house, "A man", sex="male")
    scene.interpreter(house, "Far", whole_country=False, areas=["AL-04"])
    scene.interpreter(house, "Zana")
    scene.interpreter(house, "Greek", tongues=[{"language": "el", "dialect": "", "level": ""}])
    row = scene.request(house, person, area="AL-11", dialect="levantine")
    with house.as_("marta") as marta:
        _page, found = requests.request_page(marta, person.pk, row.pk)
        told = {one.interpreter.name: one for one in requests.suggestions(found)}
    assert list(told) == ["Zana", "A man", "Far"]
    assert [name for name, one in told.items() if one.fits] == ["Zana"]
    assert "a man" in [mark.text for mark in told["A man"].marks if mark.against]


def test_whoever_may_be_asked_stands_before_a_long_list_of_those_without_an_undertaking(
    house: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "SUGGESTED", 2)
    for name in ("Aa", "Ab", "Ac"):
        scene.interpreter(house, name, bound=False)
    _ymer, zana, zeno = (scene.interpreter(house, name) for name in ("Ymer", "Zana", "Zeno"))
    row = scene.request(house, person)
    with house.as_("marta") as marta:
        _page, found = requests.request_page(marta, person.pk, row.pk)
        assert [one.interpreter.name for one in requests.suggestions(found)] == ["Ymer", "Zana"]
        assert requests.one_suggestion(found, zeno.pk).interpreter == zeno  # found by name, past the list
    assert scene.assign(house, person, row, zana).interpreter_id == zana.pk


def test_the_account_chosen_in_the_form_is_linked(house: Any) -> None:
    someone, client = scene.interpreter(house), house.client("rea")
    typed = {"name": "Arta", "work": "interpreter", "language-0": "ar", "whole_country": "yes", "is_active": "yes"}
    for version, chosen in enumerate((house.user("rea").pk, None), start=1):
        answer = client.post(
            f"/interpreters/{someone.pk}/change/", {**typed, "version": version, "user_id": chosen or ""}
        )
        assert answer.status_code == 302
        assert house.sql("SELECT user_id FROM interpreting_interpreter") == [(chosen,)]


def test_the_page_shows_language_and_sex_the_file_knows(house: Any, person: Any) -> None:
    page = house.client("marta").get(f"/files/{person.pk}/interpreters/new/").content.decode()
    assert '<option value="sq" selected>' in page


def test_only_who_carries_the_file_or_is_of_its_pair_sees_requests(house: Any, person: Any) -> None:
    row = scene.request(house, person)
    for name in ("marta", "rea"):
        assert house.client(name).get(f"/files/{person.pk}/interpreters/{row.pk}/").status_code == 200
    for name in ("kleo", "zana", "petrit", "ina", "ada"):
        assert house.client(name).get(f"/files/{person.pk}/interpreters/").status_code == 404
        with house.as_(name) as actor:
            assert not Request.objects.exists()
            with pytest.raises(Http404):
                actions.ask(actor=actor, person=person, wanted=scene.wanted(), submission=row.submission)


def test_an_interpreter_with_an_account_answers_herself_and_learns_nothing_of_the_file(house: Any, person: Any) -> None:
    someone = scene.interpreter(house)
    house.sql("UPDATE interpreting_interpreter SET user_id = %s WHERE id = %s", [house.user("lule").pk, someone.pk])
    row, assignment = scene.asked(house, person, someone, place="Room nine")
    told = house.sql("SELECT count(*) FROM outbox_message WHERE recipient = %s", [house.user("lule").pk])[0][0]
    assert told == 1
    lule = house.client("lule")
    page = lule.get("/appointments/").content.decode()
    assert row.reference in page
    assert "Arabic" in page
    assert not any(word in page for word in (person.reference, HERS, "Room nine", "nterview", str(person.pk)))
    with house.as_("lule"):
        assert not (Request.objects.exists() or Assignment.objects.exists())
    assert house.client("zana").get("/appointments/").status_code == 404
    assert house.client("zana").post(f"/appointments/{assignment.pk}/", {"do": "yes"}).status_code == 404
    lule.post(f"/appointments/{assignment.pk}/", {"do": "yes"})
    assert house.sql("SELECT state FROM interpreting_request") == [("accepted",)]
    house.client("marta").post(f"/files/{person.pk}/refusals/new/{someone.principal}/")
    page = lule.get("/appointments/").content.decode()
    assert "Off: you don’t need to come" in page


def test_the_pair_asks_from_the_interview_and_sees_there_who_comes(house: Any) -> None:
    case_id = story.assigned(house)
    petrit, form = house.client("petrit"), f"/files/{case_id}/identification/interview/"
    assert f"/files/{case_id}/interpreters/new/?interview=1" in petrit.get(form).content.decode()
    someone = scene.interpreter(house)
    with house.as_("petrit") as actor:
        page = requests.file_page(actor, case_id)
    row, _assignment = scene.asked(house, page.person, someone, by="petrit", kind="interview", number=1)
    scene.answer(house, page.person, row, "accepted", by="sonila")
    shown = petrit.get(form).content.decode()
    assert "Arta, Comes" in shown


def test_closing_the_file_takes_everything_back(house: Any, person: Any) -> None:
    row, _assignment = scene.asked(house, person, scene.interpreter(house))
    with house.as_("marta") as marta:
        assert actions.drop_all(actor=marta, person=person) == 1
    assert house.sql("SELECT state FROM interpreting_assignment") == [("taken_back",)]
    assert house.sql("SELECT state, next_due_at FROM interpreting_request") == [("dropped", None)]
    assert row.pk


def test_the_roster_is_kept_by_the_authority_and_each_institution_its_own(house: Any) -> None:
    ours = scene.interpreter(house, "Ours", by="ina", freelance=False, bound=False)
    theirs = scene.interpreter(house, "Theirs", bound=False)
    ina, rea = house.client("ina"), house.client("rea")
    assert ina.get(f"/interpreters/{ours.pk}/change/").status_code == 200
    assert ina.get(f"/interpreters/{theirs.pk}/change/").status_code == 404
    assert rea.get(f"/interpreters/{ours.pk}/change/").status_code == 200
    for name in ("kleo", "mona", "sys", "ada"):
        assert house.client(name).get("/interpreters/").status_code == 404
    with house.as_("ina"):
        assert roster.Interpreter.objects.filter(pk=theirs.pk).update(name="Mine") == 0


def test_the_search_finds_by_language_dialect_sex_night_and_distance(house: Any) -> None:
    scene.interpreter(house, "Arta", at_night=True)
    scene.interpreter(house, "Besim", sex="male", at_distance=True, bound=False)
    client = house.client("marta")
    for query, found in (
        ("language=ar", {"Arta", "Besim"}),
        ("language=el", set()),
        ("dialect=LEVANT", {"Arta", "Besim"}),
        ("sex=male", {"Besim"}),
        ("also=tonight", {"Arta"}),
        ("also=distance", {"Besim"}),
        ("also=bound", {"Arta"}),
    ):
        page = client.get(f"/interpreters/?{query}").content.decode()
        assert {name for name in ("Arta", "Besim") if f">{name}</a>" in page} == found, query
        assert bool(found) != ("Nobody on the roster fits" in page)
