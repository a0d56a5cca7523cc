"""The next date of a file is right after everything that changes one, whoever did it."""

import datetime as dt
from typing import Any

import pytest

from cadra.foundation.kernel.clock import at, deadline, now, today
from cadra.foundation.kernel.pack import pack
from cadra.record.cases.models import Case, Stage
from cadra.record.consent import actions as consents
from cadra.record.consent.models import Answer, Consent
from cadra.record.people.models import Person
from cadra.stages.identification.models import RecoveryPeriod
from cadra.stages.support import actions as support
from cadra.stages.support.models import ServiceReferral
from cadra.steering.mechanism import actions
from cadra.steering.mechanism.queries.opened import opened
from cadra.steering.mechanism.tests.building import give_custody
from tests.world import World, build

DAY = dt.timedelta(days=1)


def next_date(house: Any, case_id: Any) -> dt.datetime | None:
    return house.sql("SELECT next_due_at FROM cases_case WHERE case_id = %s", [case_id])[0][0]


def ends(day: dt.date) -> dt.datetime:
    return at(day + DAY)


@pytest.fixture
def carried(house: Any, file: Person) -> Person:
    give_custody(house, file)
    house.sql("DELETE FROM consent_consent")
    with house.as_("marta") as marta:
        actions.take_custody(actor=marta, file=opened(marta, file.pk)[0])
    return file


def test_a_file_begins_with_the_day_by_which_someone_must_take_the_first_step(house: Any, file: Person) -> None:
    (begun,) = house.sql("SELECT opened_at FROM cases_case")[0]
    due = next_date(house, file.pk)
    assert due is not None and abs(due - deadline(begun, pack().limit("assign"))) < dt.timedelta(seconds=5)


def test_who_takes_a_file_on_has_the_countrys_time_for_a_first_plan(house: Any, carried: Person) -> None:
    due = next_date(house, carried.pk)
    assert due is not None and abs(due - deadline(now(), pack().limit("needs_assessment"))) < dt.timedelta(minutes=1)


def test_plan_goal_and_offer_each_set_the_next_date_and_give_it_back(house: Any, carried: Person) -> None:
    soon = today() + 3 * DAY
    with house.as_("marta") as marta:
        plan = support.start_plan(actor=marta, person=carried)
    review = ends(plan.review_on)
    assert next_date(house, carried.pk) == review
    with house.as_("marta") as marta:
        steps = [{"what": "Ring", "who": "", "by": soon.isoformat()}]
        goal = support.add_goal(actor=marta, person=carried, words="Sleep", steps=steps)
    assert next_date(house, carried.pk) == ends(soon)
    with house.as_("marta") as marta:
        support.reach_goal(actor=marta, person=carried, goal=goal)
    assert next_date(house, carried.pk) == review
    with house.as_("marta") as marta:
        said = support.Decision("declined", offer_again_on=soon)
        offers = [support.NewOffer(service="medical", decision=said)]
        offer = support.offer(actor=marta, person=carried, offers=offers)[0]
    assert next_date(house, carried.pk) == ends(soon)
    with house.as_("marta") as marta:
        offer.refresh_from_db()
        support.decide(
            actor=marta, person=carried, offer=offer, version=offer.version, decision=support.Decision("accepted")
        )
    assert next_date(house, carried.pk) == review


def test_a_provider_who_answers_moves_the_next_date_of_a_file_it_cannot_see(house: Any) -> None:
    world: World = build(house)
    house.sql("DELETE FROM consent_consent")
    house.sql("UPDATE support_plan SET review_on = authz.today() + 300")
    house.sql("UPDATE identification_recoveryperiod SET ends_on = authz.today() + 300")
    house.sql("UPDATE support_safetyreview SET done_at = now()")
    house.sql("UPDATE support_assessment SET next_on = NULL")
    house.sql("UPDATE documents_paper SET expected_on = NULL")
    house.sql("UPDATE support_restriction SET review_on = authz.today() + 300")
    house.sql("DELETE FROM support_exclusion")
    house.sql("UPDATE interpreting_request SET next_due_at = NULL")
    (due,) = house.sql("SELECT next_due_at FROM support_servicereferral")[0]
    assert next_date(house, world.case_id) == due
    with house.as_("kleo") as kleo:
        row = ServiceReferral.objects.get()
        support.end(
            actor=kleo,
            referral=row,
            outcome="completed" if "completed" in pack().service_outcomes.codes else pack().service_outcomes.codes[0],
        )
    assert next_date(house, world.case_id) == ends(today() + 300 * DAY)


def test_an_answer_to_ask_for_again_counts_until_she_answered(house: Any, carried: Person) -> None:
    soon = today() + 2 * DAY
    said: dict[str, Any] = {
        "recipient_kind": "health",
        "recipient": None,
        "purpose": "health",
        "asked_for": ["core"],
        "form": "spoken",
    }
    with house.as_("marta") as marta:
        consents.record(actor=marta, person=carried, answer=Answer.NOT_YET, compartments=[], ask_again_on=soon, **said)
    assert next_date(house, carried.pk) == ends(soon)
    with house.as_("marta") as marta:
        consents.record(actor=marta, person=carried, answer=Answer.REFUSED, compartments=[], **said)
    assert next_date(house, carried.pk) != ends(soon)


def test_a_consent_taken_back_is_no_date_any_more(house: Any, carried: Person) -> None:
    with house.as_("marta") as marta:
        given = consents.record(
            actor=marta,
            person=carried,
            recipient_kind="health",
            recipient=None,
            purpose="health",
            asked_for=["core"],
            compartments=["core"],
            answer=Answer.GIVEN,
            form="spoken",
            until=now() + 5 * DAY,
        )
    assert next_date(house, carried.pk) == given.until
    with house.as_("marta") as marta:
        actions.withdraw_consent(actor=marta, person=carried, consent=Consent.objects.get())
    assert next_date(house, carried.pk) != given.until


def test_what_ended_by_itself_is_put_right_by_the_clock(house: Any, carried: Person) -> None:
    with house.as_("rea") as rea:
        RecoveryPeriod.objects.create(
            case_id=carried.pk, starts_on=today(), ends_on=today() + DAY, limit_code="x", set_by=rea.user_id
        )
    assert next_date(house, carried.pk) == ends(today() + DAY)
    house.sql("ALTER TABLE identification_recoveryperiod DISABLE TRIGGER USER")
    house.sql("UPDATE identification_recoveryperiod SET starts_on = authz.today() - 9, ends_on = authz.today() - 2")
    house.sql("ALTER TABLE cases_case DISABLE TRIGGER c_next_due")
    house.sql("UPDATE cases_case SET next_due_at = now() - interval '1 minute'")
    house.sql("ALTER TABLE cases_case ENABLE TRIGGER c_next_due")
    house.sql("SELECT authz.refresh_due(now() - interval '1 hour')", alias="default")
    due = next_date(house, carried.pk)
    assert due is not None and due > now() + DAY


def test_a_closed_file_has_no_date(house: Any, carried: Person) -> None:
    house.sql("UPDATE cases_case SET stage = %s, closed_at = now()", [Stage.CLOSED])
    assert next_date(house, carried.pk) is None


def test_nobody_types_the_next_date(house: Any, carried: Person) -> None:
    before = next_date(house, carried.pk)
    with house.as_("marta"):
        Case.objects.filter(case_id=carried.pk).update(next_due_at=now() + 400 * DAY)
    assert next_date(house, carried.pk) == before


@pytest.mark.parametrize("order", [0, 1])
def test_two_changes_at_once_leave_the_right_date(house: Any, carried: Person, order: int) -> None:
    """Each of two open transactions adds a date; whichever commits last, the sooner one stands."""
    import psycopg  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    near, far = today() + DAY, today() + 9 * DAY
    days = [near, far] if order else [far, near]
    parameters = connections["owner"].get_connection_params()
    parameters = {key: parameters[key] for key in ("host", "port", "user", "password", "dbname") if key in parameters}
    insert = (
        "INSERT INTO support_offer (id, case_id, submission, service, explained_forms, explained_language, understood,"
        " decision, offer_again_on, offered_by, offered_at, version, visible_to, refused_to) VALUES (gen_random_uuid(),"
        " %s, gen_random_uuid(), 'medical', '{}', 'sq', 'yes', 'not_now', %s, gen_random_uuid(), now(), 1, '{}', '{}')"
    )
    import threading  # noqa: PLC0415

    with psycopg.connect(**parameters) as one, psycopg.connect(**parameters) as other:
        one.execute(insert, [carried.pk, days[0]])
        second = threading.Thread(target=lambda: (other.execute(insert, [carried.pk, days[1]]), other.commit()))
        second.start()
        second.join(0.3)
        one.commit()
        second.join(5)
    assert next_date(house, carried.pk) == ends(near)
