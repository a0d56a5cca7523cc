"""Sending: once, to one desk, out of the hands of whoever sent it; the same whoever she is."""

import re
import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cadra.foundation import vault
from cadra.foundation.access.models import Grant
from cadra.foundation.kernel import references
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.keeper import Keeper
from cadra.record.consent.models import Consent, Explanation
from cadra.record.people import actions as people
from cadra.record.people.models import Contact, Identity, Person, Profile
from cadra.stages.identification.actions import intake as actions
from cadra.stages.identification.models import Referral, ReferralAnswers
from cadra.stages.identification.queries import intake as queries
from cadra.stages.identification.tests import intake, posted


def case_of(house: Any, referral_id: Any) -> Any:
    return house.sql("SELECT case_id FROM identification_referral WHERE id = %s", [referral_id])[0][0]


def test_a_receipt_names_the_desk_and_when_it_answers(house: Any) -> None:
    receipt = intake.send(house)
    assert receipt.desk_name == "Responsible Authority, Intake desk"
    assert receipt.desk_phone
    assert receipt.answer_due_at > receipt.sent_at
    assert receipt.received_at is None


def test_a_reference_that_another_receipt_bears_is_made_anew(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    taken, fresh = intake.send(house).reference, references.new()
    draft, made = intake.begin(house), [fresh, taken]
    monkeypatch.setattr(references, "new", made.pop)
    with house.as_("ada") as ada:
        assert actions.send(actor=ada, referral_id=draft).reference == fresh
    assert made == []


def test_the_receipt_does_not_bear_her_reference(house: Any) -> None:
    receipt = intake.send(house)
    [(reference,)] = house.sql("SELECT reference FROM people_person WHERE id = %s", [case_of(house, receipt.pk)])
    assert receipt.reference != reference


@pytest.mark.parametrize("danger", [{"in_danger": "yes"}, {"medical": "yes"}])
def test_danger_is_answered_sooner(house: Any, danger: dict[str, str]) -> None:
    usual = intake.send(house)
    urgent = intake.send(house, safety={"answers": {**intake.SAFETY, **danger}})
    assert urgent.answer_due_at - urgent.sent_at < usual.answer_due_at - usual.sent_at
    kinds = [kind for (kind,) in house.sql("SELECT kind FROM outbox_message ORDER BY kind")]
    assert kinds == ["urgent", "waiting"]


def test_whoever_sent_it_reads_nothing_of_it_afterwards(house: Any) -> None:
    receipt = intake.send(house)
    case_id = case_of(house, receipt.pk)
    with house.as_("ada") as ada:
        for model in (Referral, ReferralAnswers, Person, Profile, Identity, Contact, Consent, Explanation, Grant):
            assert not model.objects.exists(), model
        with pytest.raises(Http404):
            queries.draft_for(ada, receipt.pk)
        assert ada.ring.keys([(case_id, part) for part in Compartment]) == {}
        assert queries.receipt_for(ada, receipt.pk).reference == receipt.reference


def test_whoever_sent_it_writes_nothing_into_it_afterwards(house: Any) -> None:
    receipt = intake.send(house)
    with house.as_("ada") as ada:
        with pytest.raises(Http404):
            actions.save_screen(actor=ada, referral_id=receipt.pk, screen="place", **intake.PLACE)
        with pytest.raises(Http404):
            actions.discard(actor=ada, referral_id=receipt.pk)


def test_the_desk_reads_all_of_it(house: Any) -> None:
    receipt = intake.send(house)
    with house.as_("rea") as rea:
        referral = Referral.objects.get(pk=receipt.pk)
        told = queries.open_answers(rea, ReferralAnswers.objects.filter(referral=referral))
    assert referral.receipt_id == receipt.pk
    assert told["person"]["called"] == "Mira"
    assert told["indicators"]["signs"] == intake.INDICATORS["signs"]
    assert told["contact"]["channels"][0]["value"] == "069 000 0000"


def test_nobody_else_reads_it(house: Any) -> None:
    intake.send(house)
    for name in ("besim", "zana", "marta", "petrit", "kleo", "dita"):
        with house.as_(name):
            assert not Referral.objects.exists(), name
            assert not Person.objects.exists(), name


def test_what_is_known_of_her_is_written_where_everyone_looks(house: Any) -> None:
    receipt = intake.send(house)
    case_id = case_of(house, receipt.pk)
    with house.as_("rea") as rea:
        rows = [model.objects.get(case_id=case_id) for model in (Profile, Identity, Contact)]
        profile, identity, contact = vault.unseal(rea.ring, rows)
    assert profile.plain["called"] == "Mira" and profile.plain["age"]["years"] == 24
    assert profile.plain["languages"] == ["sq"] and profile.plain["nationality"] == ["AL"]
    assert identity.plain["names"][0]["family"] == "Canary" and identity.plain["birth"]["year"] == 2002
    assert contact.plain["channels"][0]["value"] == "069 000 0000"


def test_who_gives_no_names_gets_no_identity(house: Any) -> None:
    receipt = intake.send(house, person={"names": [], "birth": {}, "documents": []})
    assert house.sql("SELECT count(*) FROM people_identity WHERE case_id = %s", [case_of(house, receipt.pk)]) == [(0,)]


def test_her_answers_are_kept_recipient_by_recipient(house: Any) -> None:
    receipt = intake.send(house)
    with house.as_("rea"):
        kept = {row.recipient_kind: row for row in Consent.objects.filter(case_id=case_of(house, receipt.pk))}
        explanation = Explanation.objects.get(case_id=case_of(house, receipt.pk))
    assert {kind: row.answer for kind, row in kept.items()} == {
        "authority": "given", "shelter": "limited", "health": "refused", "pair": "not_yet",
    }  # fmt: skip
    assert kept["shelter"].compartments == ["core", "contact"]
    assert kept["health"].compartments == kept["pair"].compartments == []
    assert kept["pair"].ask_again_on is not None and kept["shelter"].until is not None
    assert {row.explanation_id for row in kept.values()} == {explanation.pk}
    assert set(explanation.given) == {"why", "kept", "access", "who", "form"}


def test_a_recipient_she_was_not_asked_about_has_no_answer(house: Any) -> None:
    intake.send(house, consent={"answers": {}, "form": ""})
    assert house.sql("SELECT count(*) FROM consent_consent") == [(0,)]


def test_what_is_missing_keeps_it_from_being_sent(house: Any) -> None:
    with house.as_("ada") as ada:
        referral = actions.start_referral(actor=ada)
        actions.save_screen(actor=ada, referral_id=referral.pk, screen="safety", answers=intake.SAFETY)
        with pytest.raises(actions.NotReady) as stopped:
            actions.send(actor=ada, referral_id=referral.pk)
    assert [screen.slug for screen in stopped.value.screens] == ["person", "place"]
    assert house.sql("SELECT count(*) FROM identification_receipt") == [(0,)]


def test_sending_twice_sends_once(house: Any) -> None:
    referral_id = intake.begin(house)
    with house.as_("ada") as ada:
        first = actions.send(actor=ada, referral_id=referral_id)
    with house.as_("ada") as ada:
        second = actions.send(actor=ada, referral_id=referral_id)
    assert first.pk == second.pk
    assert house.sql("SELECT count(*) FROM identification_receipt") == [(1,)]
    assert house.sql("SELECT count(*) FROM outbox_message") == [(1,)]


def test_two_presses_at_the_same_moment_send_once(house: Any) -> None:
    referral_id = intake.begin(house)
    house.actor("ada")
    both, found = threading.Barrier(2), []

    def press() -> None:
        try:
            with house.as_("ada") as ada:
                both.wait(10)
                found.append(actions.send(actor=ada, referral_id=referral_id).reference)
        finally:
            connections.close_all()

    presses = [threading.Thread(target=press) for _ in range(2)]
    for one in presses:
        one.start()
    for one in presses:
        one.join(30)
    assert len(found) == 2 and len(set(found)) == 1
    assert house.sql("SELECT count(*) FROM outbox_message") == [(1,)]


def test_a_failed_sending_leaves_the_draft_as_it_was(house: Any, monkeypatch: Any) -> None:
    referral_id = intake.begin(house)

    def broken(**_: Any) -> None:
        raise RuntimeError("the mail room burns")

    monkeypatch.setattr(actions.outbox, "post", broken)
    with pytest.raises(RuntimeError), house.as_("ada") as ada:
        actions.send(actor=ada, referral_id=referral_id)
    monkeypatch.undo()
    with house.as_("ada") as ada:
        assert queries.draft_for(ada, referral_id).called == "Mira"
        actions.send(actor=ada, referral_id=referral_id)
    with house.as_("rea"):
        assert Referral.objects.filter(pk=referral_id).exists()


# The same whoever she is ---------------------------------------------------------------------------

KNOWN = {"given": "Drita", "family": "Canary"}


def make_known(house: Any) -> None:
    """The Responsible Authority already knows somebody of this very name and birth."""
    with house.as_("rea") as rea:
        person = people.open_file(actor=rea)
        people.save_identity(actor=rea, person=person, names=[KNOWN], birth={"date": "2002-03-27", "year": 2002})
        people.register(actor=rea, person=person)


def sent(house: Any, given: str, family: str) -> tuple[list[str], str]:
    """The statements of sending a referral of this name, and the receipt page without what is its own."""
    ada = house.client("ada")
    referral_id = posted.start(ada)
    for screen in posted.COMPULSORY:
        posted.fill(ada, referral_id, screen, **({"given": given, "family": family} if screen == "person" else {}))
    with CaptureQueriesContext(connection) as captured:
        answer = ada.post(reverse("identification:send", args=[referral_id]))
    statements = [re.sub(r"[0-9a-f-]{36}|'[^']*'|\\\\x[0-9a-f]+|\d+", "?", query["sql"]) for query in captured]
    page = ada.get(answer.headers["Location"]).content.decode()
    for own in (r"AL-[0-9A-Z]{4}-[0-9A-Z]{4}", r'value="[A-Za-z0-9]{64}"', str(referral_id), r"\d+"):
        page = re.sub(own, "*", page)
    return statements, page


def test_the_referrer_cannot_tell_whether_she_was_known(house: Any) -> None:
    make_known(house)
    known, unknown = sent(house, "Drita", "Canary"), sent(house, "Other", "Person")
    assert known[1] == unknown[1]
    assert known[0] == unknown[0] and len(known[0]) > 10


def test_nobody_is_looked_for_before_the_receipt_is_made(house: Any, monkeypatch: Any) -> None:
    make_known(house)

    def asked(*_: Any, **__: Any) -> Any:
        raise AssertionError("the names were searched")

    monkeypatch.setattr(Keeper, "names_match", asked)
    monkeypatch.setattr(Keeper, "names_put", asked)
    assert intake.send(house).reference
