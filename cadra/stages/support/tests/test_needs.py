"""Needs as she sees them: asked by domain, left and resumed, compared with the last time, never a score."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from cadra.foundation import vault
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.kernel.pack import load, pack
from cadra.record.people.actions import ChangedMeanwhile
from cadra.stages.support import actions
from cadra.stages.support.models import AssessedDomain, Assessment, Goal
from cadra.stages.support.presenting import needs as drawn
from cadra.stages.support.queries import needs as queries
from cadra.stages.support.queries import waiting
from cadra.stages.support.tests.scene import Scene
from tests.mine import work

SAID = {"q_school_now": "no", "q_school": "now", "q_course": "later", "q_language_course": "declined"}
WORDS = {"strengths": "Reads a lot", "wishes": "Dua të bëhem mjeke – хочу учиться", "notes": ""}


def begun(scene: Scene, *, held_on: dt.date = dt.date(2026, 1, 7), about: Any = None) -> Assessment:
    with scene.house.as_("marta") as marta:
        return actions.begin_assessment(
            actor=marta, person=scene.person, held_on=held_on, held_how="together", about=about
        )


def answered(scene: Scene, look: Assessment, *, version: int = 0, domain: str = "education", **answers: str) -> Any:
    said = {"school_now": "no", "school": "now", "course": "not_asked", "language_course": "unknown", **answers}
    with scene.house.as_("marta") as marta:
        return actions.assess_domain(
            actor=marta,
            person=scene.person,
            assessment=look,
            domain=domain,
            version=version,
            answers=said,
            words=WORDS,
        )


def finished(scene: Scene, look: Assessment, **more: Any) -> None:
    with scene.house.as_("marta") as marta:
        actions.finish_assessment(actor=marta, person=scene.person, assessment=look, **more)


def opened(house: Any) -> list[AssessedDomain]:
    with house.as_("marta") as marta:
        return vault.unseal(marta.ring, list(AssessedDomain.objects.all()))


def test_seven_answers_stay_seven_answers(scene: Scene, house: Any) -> None:
    client = house.client("marta")
    began = client.post(
        scene.url("needs_begin"),
        {"held_on_day": "7", "held_on_month": "1", "held_on_year": "2026", "held_how": "paper"},
    )
    page = client.get(began.url).content.decode()
    assert "Not begun" in page
    domain = scene.url("assessment_domain", _only(house), "education")
    assert client.post(domain, {**SAID, **WORDS, "version": "0", "then": "stop"}).status_code == 302
    [row] = opened(house)
    assert row.plain["answers"] == {
        "school_now": "no",
        "school": "now",
        "course": "later",
        "language_course": "declined",
    }
    assert house.sql("SELECT held_on::text, held_how, questions FROM support_assessment") == [
        ("2026-01-07", "paper", pack().needs_version)
    ]
    assert b"mjeke" not in bytes(house.sql("SELECT words FROM support_assesseddomain")[0][0])
    page = client.get(began.url).content.decode()
    for said in ("Needs it now", "Needs it later", "Prefers not to say", ">No<"):
        assert said in page


def _only(house: Any) -> Any:
    return house.sql("SELECT id FROM support_assessment")[0][0]


def test_it_is_left_and_taken_up_again_where_it_was(scene: Scene, house: Any) -> None:
    look = begun(scene)
    answered(scene, look)
    assert begun(scene).pk == look.pk
    form = house.client("marta").get(scene.url("assessment_domain", look.pk, "education")).content.decode()
    assert "Dua të bëhem mjeke" in form


def test_two_colleagues_write_in_two_domains_and_meet_in_one(scene: Scene, house: Any) -> None:
    look = begun(scene)
    answered(scene, look)
    answered(scene, look, domain="safety")
    with pytest.raises(ChangedMeanwhile):
        answered(scene, look, version=0)
    typed = {**SAID, **WORDS, "wishes": "What the second one typed", "version": "0", "then": "stop"}
    url = scene.url("assessment_domain", look.pk, "education")
    page = house.client("marta").post(url, typed).content.decode()
    assert "Marta Manager kept this part" in page
    assert "Dua të bëhem mjeke" in page
    assert "What the second one typed" in page
    assert 'name="version" value="1"' in page


def test_the_last_time_stands_beside_it_and_what_changed_comes_first(scene: Scene, house: Any) -> None:
    first = begun(scene)
    answered(scene, first, school="now")
    answered(scene, first, domain="accommodation")
    finished(scene, first)
    second = begun(scene, held_on=dt.date(2026, 4, 7))
    answered(scene, second, school="no", course="now")
    page = house.client("marta").get(scene.url("assessment", second.pk)).content.decode()
    education = page[page.index('id="education"') :]
    assert page.index('id="education"') < page.index('id="accommodation"')  # the only domain with a change
    assert education.index("School, or going back to it") < education.index("Is a school or course being attended?")
    assert "7 January 2026" in page


def test_what_is_finished_changes_no_more(scene: Scene, house: Any) -> None:
    look = begun(scene)
    row = answered(scene, look)
    finished(scene, look)
    url = scene.url("assessment_domain", look.pk, "education")
    assert house.client("marta").post(url, {**SAID, **WORDS, "version": "1"}).status_code == 404
    with house.as_("marta"):
        assert AssessedDomain.objects.filter(pk=row.pk).update(version=9) == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            AssessedDomain(
                case_id=scene.person.pk, assessment_id=look.pk, domain="safety", written_by=house.user("marta").pk
            ).save(force_insert=True)


def test_a_need_becomes_a_goal_in_her_words_once(scene: Scene, house: Any) -> None:
    look = begun(scene)
    answered(scene, look)
    client = house.client("marta")
    for _twice in range(2):
        posted = client.post(scene.url("need_goal", look.pk), {"domain": "education", "question": "school"})
        assert posted.status_code == 302
    with house.as_("marta") as marta:
        [goal] = vault.unseal(marta.ring, list(Goal.objects.all()))
    assert (goal.plain["words"], goal.domain, goal.service) == (WORDS["wishes"], "education", "education")
    assert "A goal of the plan" in client.get(scene.url("assessment", look.pk)).content.decode()
    wrong = client.post(scene.url("need_goal", look.pk), {"domain": "education", "question": "bed_tonight"})
    assert wrong.status_code == 404


def test_a_dependants_needs_are_their_own(scene: Scene, house: Any) -> None:
    client = house.client("marta")
    typed = {"called": "Bora", "relation": "daughter", "age": "6", "submission": str(uuid4())}
    for _twice in range(2):
        client.post(scene.url("dependant_new"), typed)
    [[dependant_id]] = house.sql("SELECT id FROM support_dependant")
    begin = {"held_on_day": "7", "held_on_month": "1", "held_on_year": "2026", "held_how": "together"}
    client.post(scene.url("needs_begin"), begin)
    began = client.post(scene.url("needs_begin_for", dependant_id), begin)
    assert house.sql("SELECT count(*) FROM support_assessment") == [(2,)]
    page = client.get(began.url).content.decode()
    assert "Needs of Bora" in page
    assert "Legal issues and court proceedings" in page
    [[hers], [theirs]] = house.sql("SELECT id FROM support_assessment ORDER BY about_id NULLS FIRST")
    asked = [
        client.get(scene.url("assessment_domain", one, "legal_proceedings")).content.decode() for one in (hers, theirs)
    ]
    assert ["Compensation" in one for one in asked] == [True, False]


def test_the_day_to_ask_again_is_work_and_moves_with_the_next_time(scene: Scene, house: Any) -> None:
    first = begun(scene)
    finished(scene, first, next_on=today())
    with house.as_("marta") as marta:
        assert [one.kind for one in work(waiting, marta)] == ["support_needs"]
    second = begun(scene, held_on=today())
    finished(scene, second)
    with house.as_("marta") as marta:
        assert work(waiting, marta) == []


def test_a_file_nobody_asked_about_needs_is_work_before_its_time_is_over(scene: Scene, house: Any) -> None:
    with house.as_("marta") as marta:
        assert work(waiting, marta) == []
    long_ago = now() - dt.timedelta(days=60)
    house.sql("UPDATE cases_case SET first_contact_at = %s, opened_at = %s", [long_ago, long_ago])
    with house.as_("marta") as marta:
        [item] = [one for one in work(waiting, marta) if one.kind == "support_needs"]
    assert item.due_at is not None
    assert item.due_at < now()


def test_paper_names_nobody_and_holds_what_was_answered(scene: Scene, house: Any) -> None:
    look = begun(scene)
    answered(scene, look)
    client = house.client("marta")
    for url in (scene.url("needs_print"), scene.url("assessment_print", look.pk)):
        content = client.get(url).content.decode().split("<main")[1]
        for word in (scene.person.reference, "Lira", "Oak", "traffick"):
            assert word not in content
    assert "☒" in content
    assert "☒" not in client.get(scene.url("needs_print")).content.decode()


def test_an_old_answer_is_shown_as_it_was_asked(scene: Scene, house: Any, settings: Any) -> None:
    old, new = (dict(load("zz").needs(version))[next(iter(load("zz").domains))][0] for version in ("1", "2"))
    assert (str(old), str(new)) == ("A bed tonight", "A safe bed tonight")
    look = begun(scene)
    answered(scene, look, domain="home", bed="now")
    house.sql("UPDATE support_assessment SET questions = '1'")
    settings.COUNTRY = "zz"
    with house.as_("marta") as marta:
        [section] = drawn.compared(queries.assessment_page(marta, scene.person.pk, look.pk))
    assert [line["text"] for line in section["lines"]] == ["A bed tonight", "Papers?"]
    assert section["lines"][0]["tag"]["text"] == "Needs it now"


def test_device_and_connection_are_asked_about() -> None:
    codes = set(pack().needs_versions[pack().needs_version].codes)
    assert {"own_device", "device", "connection", "private_place", "help_at_distance"} <= codes


def test_nobody_outside_reads_it_and_the_desk_of_a_provider_neither(scene: Scene, house: Any) -> None:
    look = begun(scene)
    answered(scene, look)
    for outsider in ("zana", "kleo", "ada"):
        assert house.client(outsider).get(scene.url("needs")).status_code == 404
        with house.as_(outsider):
            assert not AssessedDomain.objects.exists()
