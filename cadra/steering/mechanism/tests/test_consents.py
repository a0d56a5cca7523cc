"""Her answers: written down with what was explained, opened only on purpose, taken back with immediate effect."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from cadra.foundation.access.models import Grant
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.record.consent.models import Consent, Explanation
from cadra.record.people.models import Identity, Person
from cadra.steering.mechanism import actions


def url(name: str, *args: Any) -> str:
    return reverse(f"mechanism:{name}", args=args)


def answer(house: Any, **changes: Any) -> dict[str, Any]:
    """A whole form: she agrees that the clinic sees who she is."""
    return {
        "submission": str(uuid4()),
        "recipient": house.user("kleo").institution.principal,
        "purpose": "health",
        "explained": [one.code for one in pack().explanations],
        "explained_form": "spoken",
        "language": "sq",
        "interpreter": "no",
        "asked": "Whether her family is told",
        "asked_for": ["identity", "contact"],
        "answer": "limited",
        "agreed": ["identity"],
        "form": "spoken",
        "witness": "Sara",
        "then": "open",
        **changes,
    }


def send(client: Any, file: Any, data: dict[str, Any]) -> Any:
    return client.post(url("consent_new", file.pk) + "?kind=health", data, follow=True)


def test_her_answer_opens_what_she_agreed_to_and_no_more(house: Any, carried: Any) -> None:
    assert b"Her answer is written down" in send(house.client("marta"), carried, answer(house)).content
    with house.as_("kleo") as kleo:
        assert Person.objects.filter(pk=carried.pk).exists()
        assert kleo.ring.keys([(carried.pk, "identity")])
        assert not kleo.ring.keys([(carried.pk, "contact"), (carried.pk, "story")])
    assert house.client("kleo").get(url("contact", carried.pk)).status_code == 404


def test_writing_down_alone_opens_nothing(house: Any, carried: Any) -> None:
    send(house.client("marta"), carried, answer(house, then="record"))
    assert house.client("kleo").get(url("file", carried.pk)).status_code == 404


def test_the_five_explanations_are_recorded_with_it(house: Any, carried: Any) -> None:
    send(house.client("marta"), carried, answer(house))
    with house.as_("marta"):
        told = Explanation.objects.get(case_id=carried.pk)
        assert set(told.given) == {one.code for one in pack().explanations}
        assert Consent.objects.get(recipient_kind="health").explanation_id == told.pk


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"explained": ["why"]}, b"Explain all of it"),
        ({"agreed": []}, b"Choose the parts she agreed to"),
        ({"witness": ""}, b"Write who was there"),
        ({"answer": "not_yet"}, b"Choose a day with her"),
        ({"answer": "refused"}, b"Nothing can be opened"),
        ({"recipient": ""}, b"Choose which one it is opened to"),
        ({"asked_for": ["identity", "health"], "agreed": ["health"]}, b"open what is not open to you: Health"),
        ({"recipient": 999999}, b"Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(
    house: Any, carried: Any, changes: dict[str, Any], words: bytes
) -> None:
    page = send(house.client("marta"), carried, answer(house, **changes))
    assert words in page.content.replace(b"&#x27;", b"'")
    with house.as_("marta"):
        assert not Consent.objects.filter(recipient_kind="health").exists()


def test_sent_twice_it_is_one_answer(house: Any, carried: Any) -> None:
    client, data = house.client("marta"), answer(house)
    send(client, carried, data)
    send(client, carried, data)
    with house.as_("marta"):
        assert Consent.objects.filter(recipient_kind="health").count() == 1
        assert Grant.objects.filter(purpose="health").count() == 1


def test_not_yet_comes_back_on_its_day(house: Any, carried: Any) -> None:
    day = today() + dt.timedelta(days=3)
    data = answer(
        house,
        answer="not_yet",
        then="record",
        ask_again_on_day=day.day,
        ask_again_on_month=day.month,
        ask_again_on_year=day.year,
    )
    send(house.client("marta"), carried, data)
    assert b"Ask her again" in house.client("marta").get(url("file", carried.pk)).content
    with house.as_("marta"):
        assert Consent.objects.get(recipient_kind="health").ask_again_on == day


def test_withdrawal_closes_at_the_same_moment_in_database_and_keeper(house: Any, carried: Any) -> None:
    marta, kleo = house.client("marta"), house.client("kleo")
    send(marta, carried, answer(house))
    assert kleo.get(url("file", carried.pk)).status_code == 200
    with house.as_("marta"):
        consent = Consent.objects.get(recipient_kind="health")
    sure = marta.get(url("consent_withdraw", carried.pk, consent.pk))
    assert b"Clinic of the Lake can no longer open" in sure.content
    marta.post(url("consent_withdraw", carried.pk, consent.pk))
    assert kleo.get(url("file", carried.pk)).status_code == 404
    with house.as_("kleo") as actor:
        assert not Person.objects.filter(pk=carried.pk).exists()
        assert not Identity.objects.filter(case_id=carried.pk).exists()
        assert not actor.ring.keys([(carried.pk, "core"), (carried.pk, "identity")])


def test_what_was_seen_before_stays_on_her_record(house: Any, carried: Any) -> None:
    marta, kleo = house.client("marta"), house.client("kleo")
    send(marta, carried, answer(house))
    kleo.get(url("file", carried.pk))
    with house.as_("marta"):
        consent = Consent.objects.get(recipient_kind="health")
    marta.post(url("consent_withdraw", carried.pk, consent.pk))
    assert b"Kleo Clinic" in marta.get(url("seen", carried.pk)).content


def test_withdrawing_twice_is_withdrawing_once(house: Any, carried: Any) -> None:
    with house.as_("marta") as marta:
        consent = Consent.objects.get(case_id=carried.pk)
        assert actions.withdraw_consent(actor=marta, person=carried, consent=consent) == 1
    with house.as_("marta") as marta:
        again = Consent.objects.get(case_id=carried.pk)
        assert actions.withdraw_consent(actor=marta, person=carried, consent=again) == 0


def test_whoever_only_receives_cannot_withdraw_or_record(house: Any, carried: Any) -> None:
    send(house.client("marta"), carried, answer(house))
    kleo = house.client("kleo")
    with house.as_("marta"):
        consent = Consent.objects.get(recipient_kind="health")
    for name, args in (("consents", ()), ("consent_new", ()), ("consent", (consent.pk,))):
        assert kleo.get(url(name, carried.pk, *args)).status_code == 404
    assert kleo.post(url("consent_withdraw", carried.pk, consent.pk)).status_code == 404


def test_a_consent_of_another_file_is_not_found_under_this_one(house: Any, carried: Any) -> None:
    assert house.client("marta").get(url("consent", carried.pk, uuid4())).status_code == 404


def test_each_recipient_kind_draws_its_form(house: Any, carried: Any) -> None:
    client = house.client("marta")
    for kind in pack().recipients:
        page = client.get(url("consent_new", carried.pk) + f"?kind={kind.code}")
        assert page.status_code == 200
        assert b"Say this first" in page.content
    assert b"Whom do you ask her about?" in client.get(url("consent_new", carried.pk) + "?kind=nobody").content
