"""The clock tells whoever can act, once for each date, in words that say nothing."""

import datetime as dt
from typing import Any
from uuid import uuid4

from cadra.foundation.kernel.clock import now
from cadra.foundation.network.models import Desk
from cadra.foundation.outbox.models import Message
from cadra.stages.identification.models import Pair, Receipt, RecoveryPeriod, Referral
from cadra.steering.mechanism.escalation import escalate

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
    assert escalate() == 1
    assert told() == [("overdue", "/desk/")]
    assert Message.objects.get().recipient == house.user("rea").pk
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
    assert escalate() == 2
    assert set(Message.objects.values_list("recipient", flat=True)) == {
        house.user("petrit").pk,
        house.user("sonila").pk,
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


def test_the_functions_give_nothing_of_a_file(house: Any, file: Any) -> None:
    make_referral(house, file, now() - HOUR)
    rows = house.sql("SELECT * FROM authz.escalate_identification(14)", alias="default")
    assert rows == [("referral", house.user("rea").pk)]
