"""In the demonstration mails are shown, newest first; anywhere else the page does not exist."""

import pytest
from django.core.mail import send_mail

from cadra.foundation.outbox.models import DemoMail
from cadra.foundation.outbox.sending import send_due


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    settings.EMAIL_BACKEND = "cadra.foundation.outbox.backends.DemoMailbox"


def test_a_sent_message_appears_with_its_link(house, posted, demo):
    posted(kind="waiting", link="/waiting/")
    send_due()
    page = house.client().get("/outbox/").content.decode()
    assert "ada@cadra.example" in page
    assert "Something is waiting for you" in page
    assert 'href="http://testserver/waiting/"' in page


def test_the_newest_is_first_and_nothing_in_a_mail_becomes_markup(house, demo):
    for subject in ("older", "newer<script>"):
        send_mail(subject, "<b>body</b>", None, ["a@cadra.example"])
    page = house.client().get("/outbox/").content.decode()
    assert page.index("newer&lt;script&gt;") < page.index("older")
    assert "<b>body" not in page


def test_one_row_is_kept_for_each_recipient(house, demo):
    send_mail("hello", "body", None, ["a@cadra.example", "b@cadra.example"])
    assert sorted(DemoMail.objects.values_list("recipient", flat=True)) == [
        "a@cadra.example",
        "b@cadra.example",
    ]


def test_outside_the_demonstration_there_is_no_such_page(house, settings):
    settings.DEMO = False
    assert house.client("ada").get("/outbox/").status_code == 404
