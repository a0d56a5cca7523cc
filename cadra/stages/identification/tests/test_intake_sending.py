"""Sending: once, to one desk, out of the hands of whoever sent it."""

from typing import Any

import pytest
from django.http import Http404

from cadra.foundation.access.models import Grant
from cadra.foundation.kernel.compartments import Compartment
from cadra.record.consent.models import Consent, Explanation
from cadra.record.people.models import Contact, Identity, Person, Profile
from cadra.stages.identification.actions import intake as actions
from cadra.stages.identification.models import Referral, ReferralAnswers
from cadra.stages.identification.queries import intake as queries
from cadra.stages.identification.tests import intake


def test_a_receipt_names_the_desk_and_when_it_answers(house: Any) -> None:
    receipt = intake.send(house)
    assert receipt.desk_name == "Responsible Authority, Intake desk"
    assert receipt.desk_phone
    assert receipt.answer_due_at > receipt.sent_at
    assert receipt.received_at is None


def test_whoever_sent_it_reads_nothing_of_it_afterwards(house: Any) -> None:
    receipt = intake.send(house)
    case_id = house.sql("SELECT case_id FROM identification_referral WHERE id = %s", [receipt.pk])[0][0]
    with house.as_("ada") as ada:
        for model in (Referral, ReferralAnswers, Person, Profile, Identity, Contact, Consent, Explanation, Grant):
            assert not model.objects.exists(), model
        with pytest.raises(Http404):
            queries.draft_for(ada, receipt.pk)
        assert ada.ring.keys([(case_id, part) for part in Compartment]) == {}
        assert queries.receipt_for(ada, receipt.pk).reference == receipt.reference


def test_the_desk_reads_all_of_it(house: Any) -> None:
    receipt = intake.send(house)
    with house.as_("rea") as rea:
        referral = Referral.objects.get(pk=receipt.pk)
        told = queries.open_answers(rea, ReferralAnswers.objects.filter(referral=referral))
    assert told["person"]["called"] == "Lule"
    assert told["indicators"]["signs"] == intake.INDICATORS["signs"]
    assert told["contact"]["channels"][0]["value"] == "069 000 0000"


def test_sending_twice_sends_once(house: Any) -> None:
    referral_id = intake.begin(house)
    with house.as_("ada") as ada:
        first = actions.send(actor=ada, referral_id=referral_id)
    with house.as_("ada") as ada:
        second = actions.send(actor=ada, referral_id=referral_id)
    assert first.pk == second.pk
    assert house.sql("SELECT count(*) FROM identification_receipt") == [(1,)]
    assert house.sql("SELECT count(*) FROM outbox_message") == [(1,)]
