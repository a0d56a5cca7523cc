"""The clock tells whoever can act, once for each date, in words that say nothing."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from procrastinate.contrib.django import app as queue

from cadra.foundation.kernel.clock import now
from cadra.foundation.network.models import Desk
from cadra.foundation.outbox.kinds import render
from cadra.foundation.outbox.models import Message
from cadra.stages.identification.models import Pair, Receipt, RecoveryPeriod, Referral
from cadra.stages.support import actions as support
from cadra.steering.mechanism.actions import take_custody
from cadra.steering.mechanism.escalation import escalate, patience_ended
from cadra.steering.mechanism.queries.opened import opened
from cadra.steering.mechanism.tests.building import give_custody

HOUR = dt.timedelta(hours=1)


def told() -> list[tuple[str, str]]:
    return sorted(Message.objects.values_list("kind", "link"))


def make_referral(house: Any, file: Any, due: dt.datetime) -> Referral:
    desk = Desk.objects.get(institution=house.user("rea").institution)
    with house.as_("rea") as rea:
        receipt = Receipt.objects.create(
            reference="R-1",
            author=rea.principal,
            institution=rea.institution_principal,
            desk=desk.principal,
            answer_due_at=due,
        )
        return Referral.objects.create(
            case_id=file.pk,
            author_id=rea.user_id,
            institution_id=rea.institution_id,
            receipt_id=receipt.pk,
            state="sent",
            sent_at=now() - 2 * HOUR,
            answer_due_at=due,
        )


def test_a_late_referral_is_told_once_to_the_desk_that_answers(house: Any, file: Any) -> None:
    make_referral(house, file, now() - HOUR)
    assert escalate() == 2
    assert told() == [("overdue", "/"), ("overdue", "/desk/")]  # at the desk, and as nobody carries the file yet
    assert set(Message.objects.values_list("recipient", flat=True)) == {house.user("rea").pk}
    assert escalate() == 0


def test_what_is_not_late_is_left_alone(house: Any, file: Any) -> None:
    make_referral(house, file, now() + HOUR)
    assert escalate() == 0


def test_someone_she_fears_is_not_told(house: Any, file: Any) -> None:
    make_referral(house, file, now() - HOUR)
    rea = house.user("rea")
    house.sql(
        "INSERT INTO access_refusal (id, case_id, principal, since, set_by, visible_to, refused_to)"
        " VALUES (%s, %s, %s, now(), %s, '{}', '{}')",
        [uuid4(), file.pk, rea.principal, rea.pk],
    )
    assert escalate() == 0


def test_a_pair_that_is_late_is_told(house: Any, file: Any) -> None:
    with house.as_("rea") as rea:
        Pair.objects.create(
            case_id=file.pk,
            police_id=house.user("petrit").pk,
            social_id=house.user("sonila").pk,
            named_by=rea.user_id,
            decision_due_at=now() - HOUR,
        )
    assert escalate() == 3
    assert set(Message.objects.values_list("recipient", flat=True)) == {
        house.user("petrit").pk,
        house.user("sonila").pk,
        house.user("rea").pk,  # nobody carries the file yet
    }
    assert escalate() == 0


def test_the_end_of_her_time_to_recover_is_told_before_it_comes(house: Any, file: Any) -> None:
    today = now().date()
    with house.as_("rea") as rea:
        RecoveryPeriod.objects.create(
            case_id=file.pk,
            starts_on=today - dt.timedelta(days=80),
            ends_on=today + dt.timedelta(days=5),
            limit_code="recovery_reflection",
            set_by=rea.user_id,
        )
    assert escalate() == 1
    assert told() == [("reminder", "/")]
    assert escalate() == 0


def ending_soon(house: Any, file: Any) -> None:
    today = now().date()
    with house.as_("rea") as rea:
        RecoveryPeriod.objects.create(
            case_id=file.pk,
            starts_on=today - dt.timedelta(days=80),
            ends_on=today + dt.timedelta(days=5),
            limit_code="recovery_reflection",
            set_by=rea.user_id,
        )


def recipients() -> set[Any]:
    return set(Message.objects.values_list("recipient", flat=True))


@pytest.fixture
def carried(house: Any, file: Any) -> Any:
    give_custody(house, file)
    with house.as_("marta") as marta:
        take_custody(actor=marta, file=opened(marta, file.pk)[0])
    house.sql("DELETE FROM outbox_message")
    return file


def away(house: Any, who: str, cover: str | None) -> None:
    house.sql(
        "UPDATE network_user SET absent_from = authz.today() - 1, absent_until = authz.today() + 3, covered_by_id = %s"
        " WHERE id = %s",
        [house.user(cover).pk if cover else None, house.user(who).pk],
    )


def test_the_warning_goes_to_who_carries_the_file_in_neutral_words(house: Any, carried: Any) -> None:
    ending_soon(house, carried)
    assert escalate() == 1
    message = Message.objects.get()
    assert (message.recipient, message.kind, message.link) == (house.user("marta").pk, "reminder", "/")
    text = render(message.kind, "http://x/", "sq")
    assert carried.reference not in text.subject + text.body and "Dee" not in text.body


def test_while_she_is_away_whoever_covers_for_her_is_told(house: Any, carried: Any) -> None:
    away(house, "marta", "sara")
    ending_soon(house, carried)
    assert escalate() == 1 and recipients() == {house.user("sara").pk}


def test_with_nobody_to_cover_who_leads_is_told(house: Any, carried: Any) -> None:
    away(house, "marta", None)
    ending_soon(house, carried)
    assert escalate() == 1 and recipients() == {house.user("sara").pk}


def test_an_extended_time_to_recover_is_not_warned_of_twice_nor_too_early(house: Any, carried: Any) -> None:
    ending_soon(house, carried)
    house.sql("UPDATE identification_recoveryperiod SET warned_at = now()")
    house.sql(
        "INSERT INTO identification_recoveryperiod (id, case_id, starts_on, ends_on, bars_removal, limit_code,"
        " limit_verified, extended_from, set_by, set_at, visible_to, refused_to) SELECT gen_random_uuid(), case_id,"
        " ends_on, ends_on + 30, false, 'x', false, id, set_by, now(), '{}', '{}' FROM identification_recoveryperiod"
    )
    assert escalate() == 0


def test_a_date_that_passes_is_told_to_the_carrier_and_unanswered_to_who_leads(house: Any, carried: Any) -> None:
    house.sql("UPDATE cases_case SET stage_due_at = now() - interval '1 hour'")
    assert escalate() == 1 and recipients() == {house.user("marta").pk}
    assert escalate() == 0
    Message.objects.all().delete()
    passed = patience_ended() - HOUR
    house.sql("UPDATE cases_case SET stage_due_at = %s, late_told_at = %s", [passed - HOUR, passed])
    assert escalate() == 1
    assert told() == [("overdue", "/files/")] and recipients() == {house.user("sara").pk}
    assert escalate() == 0


def test_whoever_reacts_is_not_reported(house: Any, carried: Any) -> None:
    passed = patience_ended() - HOUR
    house.sql("UPDATE cases_case SET stage_due_at = %s, late_told_at = %s", [passed - HOUR, passed])
    with house.as_("marta") as marta:
        support.start_plan(actor=marta, person=carried)
    assert escalate() == 0


def test_a_new_date_that_passes_is_told_anew(house: Any, carried: Any) -> None:
    house.sql(
        "UPDATE cases_case SET stage_due_at = now() - interval '3 hours', late_told_at = now() - interval '2 hours'"
    )
    assert escalate() == 0
    house.sql("UPDATE cases_case SET stage_due_at = now() - interval '1 hour'")
    assert escalate() == 1


def test_receipt_confirmed_in_time_is_not_late_when_the_first_date_passes(house: Any, carried: Any) -> None:
    row = make_referral(house, carried, now() - HOUR)
    house.sql(
        "UPDATE identification_referral SET state = 'acknowledged', acknowledged_at = now() - interval '90 minutes',"
        " assign_due_at = now() + interval '1 day' WHERE id = %s",
        [row.pk],
    )
    assert escalate() == 0
    house.sql("UPDATE identification_referral SET assign_due_at = now() - interval '1 minute'")
    assert ("overdue", "/desk/") in told() or escalate() == 2


def test_a_closed_file_is_left_in_peace(house: Any, carried: Any) -> None:
    ending_soon(house, carried)
    house.sql("UPDATE cases_case SET stage = 'closed', closed_at = now()")
    assert escalate() == 0


def test_the_worker_looks_every_minute() -> None:
    registry = queue.periodic_registry.periodic_tasks
    assert {task.task.name for task in registry.values()} >= {"mechanism.escalate", "mechanism.refresh"}


def test_the_functions_give_nothing_of_a_file(house: Any, file: Any) -> None:
    make_referral(house, file, now() - HOUR)
    rows = house.sql("SELECT * FROM authz.escalate_identification(14)", alias="default")
    assert rows == [("referral", house.user("rea").pk)]
