"""Rules are explained in a version, restrictions are looked at again, and oversight sees all of them and nobody."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.http import Http404
from django.urls import reverse

from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.stages.support import actions
from cadra.stages.support.fairness import latest_review
from cadra.stages.support.models import Restriction, RestrictionReview
from cadra.stages.support.queries import waiting
from cadra.stages.support.tests.posted import RULES, restriction
from cadra.stages.support.tests.scene import Scene
from tests.mine import work

DAY = dt.timedelta(days=1)
SPOKEN = actions.Explained("spoken", "sq", "yes", "signed", "It is fine")


def restrict(scene: Scene, house: Any, **values: Any) -> Restriction:
    with house.as_("marta") as marta:
        new = actions.NewRestriction(
            **{
                "kind": "telephone",
                "ground": "danger_others",
                "reason": "Canaryreason: he rang her",
                "agreement": "not_agreed",
                "her_words": "I want to call my sister",
                "decided_by": house.user("sara").pk,
                "since": today(),
                "review_on": today() + DAY,
                **values,
            }
        )
        return actions.restrict(actor=marta, person=scene.person, new=new, submission=uuid4())


def write_rules(house: Any, words: str = "Knock.") -> Any:
    with house.as_("ina") as ina:
        text = dict.fromkeys(pack().written_languages, f"1. **{words}**")
        return actions.write_rules(actor=ina, text=text, submission=uuid4())


def kinds(house: Any, name: str) -> list[str]:
    with house.as_(name) as actor:
        return [item.kind for item in work(waiting, actor)]


def test_she_is_asked_again_when_the_institution_writes_a_new_version(scene: Scene, house: Any) -> None:
    house.sql("UPDATE cases_case SET stage = 'support'")
    client = house.client("marta")
    page = client.get(scene.url("rules")).content.decode()
    assert "not verified" in page
    assert "rules" not in kinds(house, "marta")  # the draft of the country presses nobody
    assert client.post(scene.url("rules_answer"), {**RULES, "number": "0", "draft": "draft-1"}).status_code == 302
    write_rules(house)
    assert "rules" in kinds(house, "marta")
    late = client.post(scene.url("rules_answer"), {**RULES, "number": "0", "draft": "draft-1"})
    assert "have a newer version" in late.content.decode()
    assert client.post(scene.url("rules_answer"), {**RULES, "number": "1", "draft": ""}).status_code == 302
    assert "rules" not in kinds(house, "marta")
    assert house.sql("SELECT number, draft, said FROM support_rulesanswer ORDER BY recorded_at") == [
        (0, "draft-1", "signed"),
        (1, "", "signed"),
    ]


def test_only_its_own_administrator_writes_the_rules_of_an_institution(scene: Scene, house: Any) -> None:
    assert house.client("marta").get(reverse("support:house_rules")).status_code == 404
    foreign = house.user("zana").institution.principal
    insert = (
        "INSERT INTO support_houserules (id, submission, institution, number, text, written_by, written_at) "
        "VALUES (gen_random_uuid(), gen_random_uuid(), %s, 1, '{}', gen_random_uuid(), now())"
    )
    for name in ("marta", "ina"):
        with house.as_(name), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(insert, [foreign])
    assert write_rules(house).number == 1
    assert write_rules(house, "Sing.").number == 2


def test_a_restriction_has_a_day_of_review_within_the_limit_and_keeps_every_review(scene: Scene, house: Any) -> None:
    with pytest.raises(actions.SupportError):
        restrict(scene, house, review_on=latest_review() + DAY)
    row = restrict(scene, house)
    with house.as_("marta") as marta:
        who: dict[str, Any] = {"actor": marta, "person": scene.person, "restriction": row}
        for number, words in enumerate(("Still he rings", "He stopped"), start=1):
            outcome = "kept" if number == 1 else "ended"
            looked = actions.Looked(outcome, words, "agreed", "Good", today() + DAY if number == 1 else None)
            actions.look_again(**who, version=number, looked=looked, submission=uuid4())
        assert RestrictionReview.objects.filter(restriction=row).count() == 2
        for sql in (
            "UPDATE support_restriction SET since = since - 9",
            "UPDATE support_restriction SET ended_on = NULL",
        ):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM support_restrictionreview")
    page = house.client("marta").get(scene.url("restriction", row.pk)).content.decode()
    assert all(words in page for words in ("Canaryreason", "Still he rings", "He stopped", "I want to call my sister"))


def test_only_the_institution_that_has_the_file_restricts(scene: Scene, house: Any) -> None:
    with house.as_("rea") as rea, pytest.raises(actions.NotOurs):
        new = actions.NewRestriction("telephone", "asked", "x", "agreed", "", rea.user_id, today(), today())
        actions.restrict(actor=rea, person=scene.person, new=new, submission=uuid4())
    typed = restriction(house.user("sara").pk)
    assert house.client("zana").post(scene.url("restriction_new"), typed).status_code == 404
    assert house.client("marta").post(scene.url("restriction_new"), typed).status_code == 302
    copy = (
        "INSERT INTO support_restriction SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), "
        "'submission', gen_random_uuid(), 'institution', %s::int))).* FROM support_restriction r"
    )
    with house.as_("marta"), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copy, [house.user("zana").institution.principal])


def test_a_late_review_is_work_of_the_case_manager_and_of_the_supervisor(scene: Scene, house: Any) -> None:
    row = restrict(scene, house, since=today() - 40 * DAY)
    assert "restriction_review" in kinds(house, "marta")
    assert "restriction_review" not in kinds(house, "sara")
    house.sql("UPDATE support_restriction SET review_on = review_on - 20")
    assert "restriction_review" in kinds(house, "sara")
    assert house.sql("SELECT next_due_at < now() FROM cases_case") == [(True,)]
    found = house.client("mona").get(reverse("support:oversight"), {"show": "overdue"}).content.decode()
    assert "19 days late" in found
    with house.as_("marta") as marta:
        actions.close_all(actor=marta, person=scene.person)
        assert Restriction.objects.get(pk=row.pk).ended_on == today()


def test_oversight_reads_the_latest_reviews_first(scene: Scene, house: Any) -> None:
    """Written in another order than the days they are late by."""
    for kind, days in (("visits", -1), ("telephone", 3), ("movement", 19)):
        row = restrict(scene, house, kind=kind, since=today() - 40 * DAY)
        house.sql("UPDATE support_restriction SET review_on = %s WHERE id = %s", [today() - days * DAY, row.pk])
    found = house.client("mona").get(reverse("support:oversight")).content.decode().split("<tbody")[1]
    order = [found.index(words) for words in ("19 days late", "3 days late", pack().restriction_kinds.label("visits"))]
    assert order == sorted(order)


def test_oversight_sees_every_restriction_and_no_person(scene: Scene, house: Any) -> None:
    row = restrict(scene, house)
    page = house.client("mona").get(reverse("support:oversight")).content.decode()
    assert "House of the Oak" in page
    assert "Danger from the trafficker" in page
    told = ("Lira", "Canarya", scene.person.reference, str(scene.person.pk), str(row.pk), "Canaryreason", "my sister")
    assert [word for word in told if word in page] == []
    agreed = house.client("mona").get(reverse("support:oversight"), {"agreement": "agreed"}).content.decode()
    assert "No restriction is shown here" in agreed
    assert house.sql("SELECT count(*) FROM ledger_entry WHERE verb = 'oversaw_restrictions'")[0][0] == 2
    asked = "SELECT count(*) FROM authz.oversee_restrictions('running', NULL, '', '', NULL, NULL, 9)"
    seen = {}
    for name in ("mona", "sara", "rea", "sys", "dita"):
        with house.as_(name), connection.cursor() as cursor:
            cursor.execute(asked)
            seen[name] = cursor.fetchone()[0]
    assert seen == {"mona": 1, "sara": 0, "rea": 0, "sys": 0, "dita": 0}
    assert house.client("rea").get(reverse("support:oversight")).status_code == 404


def test_a_restriction_is_not_shown_to_whom_the_file_is_closed(scene: Scene, house: Any) -> None:
    row = restrict(scene, house)
    with house.as_("zana") as zana:
        assert not Restriction.objects.exists()
        with pytest.raises(Http404):
            looked = actions.Looked("ended", "x")
            actions.look_again(
                actor=zana, person=scene.person, restriction=row, version=1, looked=looked, submission=uuid4()
            )
