"""The pair's pages: what she told already, interviews, decisions, time to recover; and nothing for anybody else."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cadra.foundation.kernel.clock import now
from cadra.record.people.models import Person
from cadra.stages.identification.actions import pair
from cadra.stages.identification.tests import story

FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
MOST = 12
TYPED = {
    "held_on_0": "20",
    "held_on_1": "11",
    "held_on_2": "2026",
    "held_time": "10:15",
    "place": "Room 2",
    "private": "yes",
    "interviewer_sex_chosen": "female",
    "interviewer_sex": "female",
    "interpreter": "no",
    "language": "sq",
    "account": "They kept my passport.",
    "kinds": ["domestic_servitude"],
    "border": "cross_border",
    "suspect-0-number": "2",
    "suspect-0-relation": "employer",
}


@pytest.fixture
def file(house: Any) -> UUID:
    return story.assigned(house)


def page(name: str, *arguments: Any) -> str:
    return reverse(f"identification:{name}", args=arguments)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def typed(form: Any, **values: Any) -> dict[str, Any]:
    """What a browser sends: what was typed, under the names of the boxes, and the hidden fields as drawn."""
    names = {f"held_on_{place}": form["held_on"].subwidgets[0].data["subwidgets"][place]["name"] for place in range(3)}
    sent = {names.get(name, name): value for name, value in {**TYPED, **values}.items()}
    return {**sent, "submission": str(form["submission"].value()), "version": str(form["version"].value())}


def _draft(house: Any, case_id: UUID) -> UUID:
    with house.as_("petrit") as petrit:
        record = {"place": "Room 2", "account": "A beginning."}
        person = Person.objects.get(pk=case_id)
        return pair.record_interview(actor=petrit, person=person, held_at=now(), record=record, finish=False).pk


def test_what_she_told_stands_above_the_first_question(house: Any, file: UUID) -> None:
    client = house.client("petrit")
    seen = text(client.get(page("interview_new", file)))
    assert seen.index("A man answered for her.") < seen.index("When and where")
    assert "A man answered for her." in text(client.get(page("overview", file)))


def test_how_often_she_was_asked_is_shown(house: Any, file: UUID) -> None:
    client = house.client("petrit")
    assert "She has not been interviewed yet" in text(client.get(page("overview", file)))
    form = client.get(page("interview_new", file)).context["form"]
    client.post(page("interview_new", file), typed(form))
    seen = text(house.client("sonila").get(page("overview", file)))
    assert "She has been interviewed 1 time" in seen
    assert "They kept my passport." in seen


def test_an_interview_sent_twice_is_one(house: Any, file: UUID) -> None:
    client = house.client("petrit")
    sent = typed(client.get(page("interview_new", file)).context["form"])
    for _ in range(2):
        assert client.post(page("interview_new", file), sent).status_code == 302
    assert house.sql("SELECT count(*) FROM identification_interview") == [(1,)]


def test_everything_typed_is_there_to_read(house: Any, file: UUID) -> None:
    client = house.client("petrit")
    client.post(page("interview_new", file), typed(client.get(page("interview_new", file)).context["form"]))
    (interview_id,) = house.sql("SELECT id FROM identification_interview")[0]
    seen = text(client.get(page("interview", file, interview_id)))
    for words in (
        "Room 2",
        "A woman",
        "They kept my passport.",
        "Domestic servitude",
        "Across a border",
        "2 ×, Employer",
    ):
        assert words in seen
    assert client.post(page("interview", file, interview_id), {}).status_code == 404


def test_what_is_missing_is_said_and_nothing_typed_is_lost(house: Any, file: UUID) -> None:
    client = house.client("petrit")
    form = client.get(page("interview_new", file)).context["form"]
    answer = client.post(page("interview_new", file), typed(form, place=""))
    assert "Write where you talked" in text(answer)
    assert "They kept my passport." in text(answer)


def test_a_draft_may_be_unfinished_and_the_other_goes_on_with_it(house: Any, file: UUID) -> None:
    client = house.client("petrit")
    form = client.get(page("interview_new", file)).context["form"]
    assert client.post(page("interview_new", file), {"then": "draft", "account": "A beginning."}).status_code == 302
    (interview_id,) = house.sql("SELECT id FROM identification_interview WHERE finished_at IS NULL")[0]
    other = house.client("sonila")
    shown = other.get(page("interview", file, interview_id))
    assert "A beginning." in text(shown)
    other.post(page("interview", file, interview_id), typed(shown.context["form"]))
    assert house.sql("SELECT count(*) FROM identification_interview WHERE finished_at IS NOT NULL") == [(1,)]
    assert form.fields["place"].required


def test_the_second_editor_sees_what_changed_and_loses_nothing(house: Any, file: UUID) -> None:
    interview_id = _draft(house, file)
    url = page("interview", file, interview_id)
    petrit, sonila = house.client("petrit"), house.client("sonila")
    his, hers = petrit.get(url).context["form"], sonila.get(url).context["form"]
    sonila.post(url, typed(hers, account="Hers: the van was white.", then="draft"))
    answer = petrit.post(url, typed(his, account="His: two men waited.", then="draft"))
    assert answer.status_code == 200
    seen = text(answer)
    assert "Your colleague saved this interview meanwhile" in seen
    assert "Hers: the van was white." in seen
    assert "His: two men waited." in seen
    petrit.post(url, typed(answer.context["form"], account="Hers: the van was white. His: two men waited."))
    assert "the van was white. His: two men" in text(sonila.get(page("overview", file)))


def test_a_long_form_refused_to_one_who_left_the_pair_is_not_found(house: Any, file: UUID) -> None:
    client = house.client("petrit")
    sent = typed(client.get(page("interview_new", file)).context["form"])
    house.sql("UPDATE identification_pair SET ended_at = now()")
    assert client.post(page("interview_new", file), sent).status_code == 404


def test_dates_that_cannot_be_are_explained(house: Any, file: UUID) -> None:
    client = house.client("petrit")
    form = client.get(page("interview_new", file)).context["form"]
    for year in ("1870", "2090"):
        assert "The date" in text(client.post(page("interview_new", file), typed(form, held_on_2=year)))


def test_names_in_any_script_are_kept_as_written(house: Any, file: UUID) -> None:
    client = house.client("petrit")
    form = client.get(page("interview_new", file)).context["form"]
    words = "Её звали Ана 🌻 اسمها ليلى " + "ë" * 300
    client.post(page("interview_new", file), typed(form, account=words))
    assert words in text(house.client("sonila").get(page("overview", file)))


# Questions that may not be asked: agreement to what was done, blame, needless detail.
FORBIDDEN = re.compile(
    r"did (you|she) (agree|consent)|willing|voluntar|why did(n't| not)?|her fault|resist|fight back|virgin"
    r"|number of (clients|men)|how many (clients|men)|sexual history|promiscu|prostitut",
    re.IGNORECASE,
)


def test_questions_that_may_not_be_asked_appear_nowhere(house: Any, file: UUID) -> None:
    client = house.client("petrit")
    for name in ("overview", "interview_new", "decide", "recovery"):
        seen = text(client.get(page(name, file)))
        assert not FORBIDDEN.search(seen), (name, FORBIDDEN.search(seen))
    assert FORBIDDEN.search("Did she agree to it?")


def test_pages_say_that_help_depends_on_nothing(house: Any, file: UUID) -> None:
    client = house.client("petrit")
    for name in ("overview", "decide"):
        assert "It depends neither on status nor on cooperation" in text(client.get(page(name, file)))
    assert "reasonable grounds" in text(client.get(page("decide", file)))


def _propose(client: Any, file: UUID, outcome: str, *grounds: str, **typed: Any) -> Any:
    values = {"outcome": outcome, f"grounds-{outcome}": grounds, "reasons": "She told it plainly.", **typed}
    return client.post(page("decide", file), values, follow=True)


def test_a_decision_needs_grounds_for_what_is_decided(house: Any, file: UUID) -> None:
    client = house.client("petrit")
    assert "Choose what you decide" in text(client.post(page("decide", file), {}))
    assert "Choose at least one ground" in text(_propose(client, file, "identified"))
    wrong = _propose(client, file, "identified", **{"grounds-potential": ["account"]})
    assert "Choose at least one ground" in text(wrong)
    assert house.sql("SELECT count(*) FROM identification_decision") == [(0,)]


def test_two_signatures_then_she_is_told(house: Any, file: UUID) -> None:
    petrit, sonila = house.client("petrit"), house.client("sonila")
    seen = text(_propose(petrit, file, "not_identified", "no_purpose"))
    assert "in force when the other member of the pair signs" in seen
    (decision_id,) = house.sql("SELECT id FROM identification_decision")[0]
    assert "needs the signature of the other" in text(
        petrit.post(page("decision_sign", file, decision_id), follow=True)
    )
    assert house.sql("SELECT status FROM cases_case") == [("presumed",)]
    assert "The decision is in force" in text(sonila.post(page("decision_sign", file, decision_id), follow=True))
    assert house.sql("SELECT status FROM cases_case") == [("not_identified",)]
    told = page("decision_told", file, decision_id)
    assert "Tell her first how" in text(petrit.post(told, {}))
    petrit.post(told, {"how": "on"})
    assert house.sql("SELECT told_how_to_reconsider FROM identification_decision") == [(True,)]
    assert "She was told how she can have it looked at again" in text(sonila.get(page("decision", file, decision_id)))


def test_a_decision_is_given_back_only_with_words(house: Any, file: UUID) -> None:
    decision_id = story.proposed(house, file)
    sonila = house.client("sonila")
    url = page("decision_return", file, decision_id)
    assert "Write why" in text(sonila.post(url, {"words": ""}))
    sonila.post(url, {"words": "Ask her doctor first."})
    assert "Ask her doctor first." in text(house.client("petrit").get(page("decision", file, decision_id)))
    assert "Propose a decision" in text(house.client("petrit").get(page("overview", file)))


def test_a_second_proposal_waits_for_the_first(house: Any, file: UUID) -> None:
    story.proposed(house, file)
    assert "A decision is open already" in text(_propose(house.client("sonila"), file, "identified", "signs_act"))


def test_the_time_to_recover_shows_its_dates_its_bar_and_what_is_not_verified(house: Any, file: UUID) -> None:
    story.sign(house, file, story.proposed(house, file))
    client = house.client("sonila")
    shown = client.get(page("recovery", file))
    assert "may not be expelled" in text(shown)
    assert "Not verified" in text(shown)
    period = shown.context["period"]
    for _ in range(2):
        client.post(page("recovery", file), {"last": str(period.last.pk)})
    after = client.get(page("recovery", file)).context["period"]
    assert (after.extensions, after.starts_on) == (1, period.starts_on)
    assert after.ends_on > period.ends_on


def test_the_authority_reads_but_neither_asks_nor_signs(house: Any, file: UUID) -> None:
    decision_id = story.proposed(house, file)
    rea = house.client("rea")
    seen = text(rea.get(page("overview", file)))
    assert "Record an interview" not in seen
    assert rea.get(page("decision", file, decision_id)).status_code == 200
    for name in ("interview_new", "decide"):
        assert rea.get(page(name, file)).status_code == 404
    for name in ("decision_sign", "decision_return", "decision_told"):
        assert rea.post(page(name, file, decision_id), {"words": "x", "how": "on"}).status_code == 404


def test_the_child_worker_sits_in_but_does_not_sign(house: Any) -> None:
    referral_id = story.registered(house, age={"basis": "documented", "years": 15})
    case_id = story.assign(house, referral_id, child_worker="lule").case_id
    decision_id = story.proposed(house, case_id)
    lule = house.client("lule")
    assert lule.get(page("interview_new", case_id)).status_code == 200
    assert lule.get(page("decide", case_id)).status_code == 404
    assert lule.post(page("decision_sign", case_id, decision_id)).status_code == 404


def _places(house: Any, case_id: UUID) -> list[str]:
    interview_id, decision_id = _draft(house, case_id), story.proposed(house, case_id)
    plain = [page(name, case_id) for name in ("overview", "interview_new", "decide", "recovery")]
    signing = ("decision", "decision_sign", "decision_return", "decision_told")
    return [*plain, page("interview", case_id, interview_id), *(page(name, case_id, decision_id) for name in signing)]


def test_nobody_else_finds_anything_here(house: Any, file: UUID) -> None:
    places = _places(house, file)
    for name in ("ada", "besim", "marta", "zana", "lule", "dita", "mona", "sys", "kleo"):
        client = house.client(name)
        for url in places:
            for method in (client.get, client.post):
                answer = method(url)
                assert answer.status_code in (404, 405), (name, url)
                assert b"Dee" not in answer.content
    stranger = house.client("zana")
    nobody = page("overview", uuid4())
    assert stranger.get(nobody).status_code == stranger.get(places[0]).status_code == 404


def test_no_page_of_the_pair_asks_more_than_it_needs(house: Any, file: UUID) -> None:
    client = house.client("sonila")
    asked = {}
    for url in [url for url in _places(house, file) if not url.endswith(("sign/", "return/", "told/", "decide/"))]:
        client.get(url)
        with CaptureQueriesContext(connections["default"]) as app, CaptureQueriesContext(connections["gate"]) as gate:
            assert client.get(url).status_code == 200
        asked[url] = sum(not one["sql"].startswith(FRAME) for one in (*gate.captured_queries, *app.captured_queries))
    assert {url: found for url, found in asked.items() if found > MOST} == {}


def test_every_look_is_on_record(house: Any, file: UUID) -> None:
    before = house.sql("SELECT count(*) FROM ledger_entry WHERE verb = 'looked_at_identification'")[0][0]
    client = house.client("petrit")
    for name in ("overview", "interview_new", "decide", "recovery"):
        client.get(page(name, file))
    after = house.sql("SELECT count(*) FROM ledger_entry WHERE verb = 'looked_at_identification'")[0][0]
    assert after - before == 4
