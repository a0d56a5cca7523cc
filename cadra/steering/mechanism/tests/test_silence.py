"""A request nobody answers: the desk is reminded, then both sides are told, then who leads; the urgent ones sooner."""

import datetime as dt
from typing import Any

import pytest

from cadra.foundation.access import actions as access
from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.outbox.models import Message
from cadra.stages.support import actions as support
from cadra.stages.support.tests.scene import Scene, make_file
from cadra.steering.mechanism.escalation import escalate

HOUR = dt.timedelta(hours=1)
MOVED = (
    "sent_at",
    "answer_due_at",
    "next_due_at",
    "remind_at",
    "alarm_at",
    "reminded_at",
    "escalated_at",
    "alarmed_at",
)


@pytest.fixture
def scene(house: Any) -> Scene:
    made: Scene = make_file(house)
    house.sql("UPDATE cases_case SET stage_due_at = NULL")
    return made


def later(house: Any, by: dt.timedelta) -> set[tuple[str, str]]:
    """So much time passes and the clock looks: (who, kind) of what is posted about the request."""
    house.sql("DELETE FROM outbox_message")
    house.sql("ALTER TABLE support_servicereferral DISABLE TRIGGER USER")
    shift = ", ".join(f"{name} = {name} - %(by)s" for name in MOVED)
    house.sql(f"UPDATE support_servicereferral SET {shift}", {"by": by})
    house.sql("ALTER TABLE support_servicereferral ENABLE TRIGGER USER")
    escalate()
    names = {user.pk: name for name, user in house.people.items()}
    return {(names[m.recipient], m.link) for m in Message.objects.exclude(kind="changed")}


@pytest.mark.parametrize("urgency", ["ordinary", "urgent"])
def test_step_by_step_by_urgency(scene: Scene, house: Any, urgency: str) -> None:
    sent = scene.refer(urgency=urgency)
    ending = "_urgent" if urgency == "urgent" else ""
    reminder, answer = pack().limit(f"referral_reminder{ending}"), pack().limit(f"referral_answer{ending}")
    before = deadline(sent.sent_at, reminder) - sent.sent_at
    assert before < deadline(sent.sent_at, answer) - sent.sent_at
    assert not later(house, before - HOUR / 2)
    assert later(house, HOUR) == {("kleo", "/requests/")}
    assert not later(house, HOUR / 10)  # each step once
    told = later(house, deadline(sent.sent_at, answer) - sent.sent_at - before)
    assert told == {("kleo", "/requests/"), ("marta", "/")}
    alarm = deadline(now(), pack().limit(f"referral_alarm{ending}")) - now()
    assert later(house, alarm + HOUR) == {("sara", "/files/")}
    assert not later(house, 30 * alarm)


def fears(house: Any, scene: Scene, *names: str) -> None:
    with house.as_("rea") as rea:
        for name in names:
            access.refuse(actor=rea, case_id=scene.person.pk, principal=house.user(name).principal)


def test_when_everybody_who_would_be_told_is_feared_somebody_hears_all_the_same(scene: Scene, house: Any) -> None:
    """The desk, the sender and whoever carries the file; then also who leads: at last the Responsible Authority."""
    scene.refer(urgency="urgent")
    fears(house, scene, "kleo", "marta")
    assert later(house, 50 * HOUR) == {("sara", "/")}
    fears(house, scene, "sara")
    assert later(house, 50 * HOUR) == {("rea", "/files/")}


def test_an_answer_in_time_ends_it(scene: Scene, house: Any) -> None:
    sent = scene.refer(urgency="urgent")
    with house.as_("kleo") as kleo:
        support.answer(actor=kleo, referral=sent, state="waiting_list", next_on=now().date() + dt.timedelta(days=9))
    assert not later(house, 50 * HOUR)


def test_the_limits_say_that_they_are_not_verified() -> None:
    for name in ("reminder", "reminder_urgent", "alarm", "alarm_urgent"):
        limit = pack().limit(f"referral_{name}")
        assert not limit.verified and limit.note
