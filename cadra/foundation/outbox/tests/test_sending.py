"""Sending never loses a message, never keeps trying for ever, and hides nothing that failed."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from cadra.foundation.outbox import sending
from cadra.foundation.outbox.models import DemoMail, Message, State
from cadra.foundation.outbox.queries import health
from cadra.foundation.outbox.sending import LEASE, MOST_ATTEMPTS, send_due, wait_after
from cadra.foundation.outbox.tidying import tidy


@pytest.fixture(autouse=True)
def memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "service@example.invalid"


@pytest.fixture
def out_of_order(monkeypatch):
    def fail(self, fail_silently=False):
        raise ConnectionRefusedError(f"no route to {self.to}")

    monkeypatch.setattr("cadra.foundation.outbox.sending.EmailMessage.send", fail)


def make_due(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(next_try=timezone.now())


def test_a_message_is_sent_once_in_her_language_and_forgets_its_link(house, posted):
    house.sql("UPDATE network_user SET language = 'sq' WHERE id = %s", [house.user("ada").pk])
    message = posted(link="/waiting/")
    assert send_due() == 1
    assert send_due() == 0
    [sent] = mail.outbox
    assert (sent.to, sent.from_email) == (["ada@cadra.example"], "service@example.invalid")
    assert "http://testserver/waiting/" in sent.body
    message.refresh_from_db()
    assert (message.state, message.link, message.language) == (State.SENT, "", "sq")
    assert message.sent_at


def test_a_message_whose_time_has_not_come_waits(house, posted):
    Message.objects.filter(pk=posted().pk).update(next_try=timezone.now() + timedelta(seconds=60))
    assert send_due() == 0


def test_a_failed_attempt_is_tried_again_later_and_later_and_then_given_up_visibly(house, posted, out_of_order):
    message, waits = posted(), []
    for _ in range(MOST_ATTEMPTS):
        assert send_due() == 0
        message.refresh_from_db()
        waits.append(round((message.next_try - timezone.now()).total_seconds() / 60))
        make_due(message)
    assert waits[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 240]
    assert (message.state, message.reason, message.attempts) == (State.FAILED, "unreachable", MOST_ATTEMPTS)
    assert (health().failed, health().queued) == (1, 0)
    assert send_due() == 0


def test_the_address_is_never_logged(house, posted, out_of_order, caplog):
    posted()
    send_due()
    assert caplog.records
    assert "ada@" not in caplog.text


def test_someone_without_an_active_account_is_not_written_to(posted, house):
    message = posted()
    house.sql("UPDATE network_user SET is_active = false WHERE id = %s", [message.recipient])
    send_due()
    message.refresh_from_db()
    assert (message.state, message.reason, mail.outbox) == (State.FAILED, "no-address", [])


def test_a_kind_that_a_later_version_dropped_fails_visibly(house, posted):
    message = posted()
    house.sql("UPDATE outbox_message SET kind = 'pigeon'")
    send_due()
    message.refresh_from_db()
    assert (message.state, message.reason) == (State.FAILED, "unknown-kind")


def test_a_worker_killed_while_sending_leaves_the_message_to_the_next(posted, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*_args):
        raise Killed

    message = posted()
    with monkeypatch.context() as broken:
        broken.setattr("cadra.foundation.outbox.sending.EmailMessage.send", die)
        with pytest.raises(Killed):
            send_due()
    assert send_due() == 0, "the dead worker's lease still runs"
    message.refresh_from_db()
    assert message.state == State.QUEUED
    assert message.next_try <= timezone.now() + LEASE
    make_due(message)
    assert send_due() == 1


def test_a_message_that_kills_every_worker_is_given_up(posted):
    message = posted()
    Message.objects.filter(pk=message.pk).update(attempts=MOST_ATTEMPTS)
    send_due()
    message.refresh_from_db()
    assert (message.state, message.reason) == (State.FAILED, "worker-died")


def test_four_workers_send_each_message_once(posted):
    for _ in range(20):
        posted()
    start, counts = threading.Barrier(4), []

    def work() -> None:
        start.wait(20)
        counts.append(send_due())
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == len(mail.outbox) == 20


def test_nothing_is_open_in_the_database_while_the_mail_server_is_spoken_to(house, posted, monkeypatch):
    seen = []

    def look(self, fail_silently=False):
        seen.append(connections["default"].in_atomic_block)

    monkeypatch.setattr("cadra.foundation.outbox.sending.EmailMessage.send", look)
    posted()
    send_due()
    assert seen == [False]


def test_waits_grow_to_four_hours_and_no_further():
    assert [wait_after(n) for n in (1, 2, 30)] == [
        timedelta(minutes=1),
        timedelta(minutes=2),
        sending.LONGEST_WAIT,
    ]


def test_health_tells_when_messages_stay_behind(posted):
    assert not health().is_stale
    Message.objects.filter(pk=posted().pk).update(next_try=timezone.now() - timedelta(minutes=6))
    assert health().is_stale


def test_what_was_sent_a_month_ago_is_deleted_and_the_rest_kept(house, posted):
    ago = timezone.now() - timedelta(days=31)
    old, fresh, failed = posted(), posted(), posted()
    Message.objects.filter(pk=old.pk).update(state=State.SENT, sent_at=ago)
    Message.objects.filter(pk=fresh.pk).update(state=State.SENT, sent_at=timezone.now())
    house.sql("UPDATE outbox_message SET state = 'failed', created_at = %s WHERE id = %s", [ago, failed.pk])
    assert tidy() == 1
    assert {row.pk for row in Message.objects.all()} == {fresh.pk, failed.pk}


def test_the_demonstration_keeps_its_newest_mails(house, monkeypatch):
    monkeypatch.setattr("cadra.foundation.outbox.tidying.KEEP_DEMO_MAILS", 2)
    for number in range(3):
        DemoMail.objects.create(recipient="a@cadra.example", subject=str(number), body="")
    tidy()
    assert [row.subject for row in DemoMail.objects.all()] == ["2", "1"]
