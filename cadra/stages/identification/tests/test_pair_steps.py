"""The pair's verbs: interview, decide with two signatures, tell her, and the time to recover."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.kernel.pack import pack
from cadra.record.cases.models import Case
from cadra.record.people.actions import ChangedMeanwhile
from cadra.record.people.models import Person
from cadra.stages.identification.actions import pair
from cadra.stages.identification.models import Decision, Interview, RecoveryPeriod
from cadra.stages.identification.queries import summary as summaries
from cadra.stages.identification.queries.summary import summary
from cadra.stages.identification.tests import story
from tests.mine import work

RECORD = {"place": "Room 2", "account": "They kept my passport.", "exploitation": {"forms": ["domestic_servitude"]}}


@pytest.fixture
def file(house: Any) -> UUID:
    return story.assigned(house)


def _person(case_id: UUID) -> Person:
    return Person.objects.get(pk=case_id)


def _interview(house: Any, case_id: UUID, by: str = "petrit", **told: Any) -> Interview:
    with house.as_(by) as member:
        values = {"held_at": now(), "record": RECORD, **told}
        return pair.record_interview(actor=member, person=_person(case_id), **values)


def test_interviews_are_counted_and_the_same_one_sent_twice_counts_once(house: Any, file: UUID) -> None:
    submission = uuid4()
    first = _interview(house, file, submission=submission)
    assert _interview(house, file, submission=submission).pk == first.pk
    assert _interview(house, file, by="sonila").number == 2


def test_what_she_told_is_sealed_and_only_its_form_is_counted(house: Any, file: UUID) -> None:
    row = _interview(house, file)
    kept = house.sql("SELECT record FROM identification_interview WHERE id = %s", [row.pk])[0][0]
    assert b"passport" not in bytes(kept)
    with house.as_("sonila") as sonila:
        opened = vault.unseal(sonila.ring, Interview.objects.filter(case_id=file))
        assert opened[0].plain["record"]["account"] == "They kept my passport."
        assert Case.objects.get(case_id=file).forms == ["domestic_servitude", "forced_labour"]


def test_two_editors_of_a_draft_lose_nothing(house: Any, file: UUID) -> None:
    draft = _interview(house, file, finish=False)
    hers = {**RECORD, "account": "Written by Sonila."}
    _interview(house, file, by="sonila", interview=draft, version=1, record=hers, finish=False)
    with pytest.raises(ChangedMeanwhile) as meanwhile:
        _interview(house, file, interview=draft, version=1, record=RECORD)
    assert meanwhile.value.row.plain["record"]["account"] == "Written by Sonila."
    assert meanwhile.value.row.version == 2


def test_a_finished_interview_no_longer_changes(house: Any, file: UUID) -> None:
    row = _interview(house, file)
    with pytest.raises(pair.NotNow):
        _interview(house, file, interview=row, version=1, record={})


@pytest.mark.parametrize("name", ["marta", "rea", "ada", "zana", "lule", "dita", "kleo"])
def test_nobody_outside_the_pair_interviews_or_decides(house: Any, file: UUID, name: str) -> None:
    with house.as_("rea"):
        person = _person(file)
    with house.as_(name) as actor:
        with pytest.raises(Http404):
            pair.record_interview(actor=actor, person=person, held_at=now(), record=RECORD)
        with pytest.raises(Http404):
            pair.propose_decision(actor=actor, person=person, outcome="potential", grounds=["account"], reasons="x")


def test_the_decision_is_in_force_with_the_second_signature(house: Any, file: UUID) -> None:
    decision_id = story.proposed(house, file, "identified")
    with house.as_("petrit"):
        assert Case.objects.get(case_id=file).status == "presumed"
    signed = story.sign(house, file, decision_id)
    assert signed.signed_by == house.user("sonila").pk
    with house.as_("marta"):
        case = Case.objects.get(case_id=file)
        assert case.status == "identified"
        assert case.identified_at is not None


def test_who_proposed_does_not_sign_as_well(house: Any, file: UUID) -> None:
    decision_id = story.proposed(house, file)
    with pytest.raises(pair.NotNow):
        story.sign(house, file, decision_id, by="petrit")
    with house.as_("petrit"):
        assert Case.objects.get(case_id=file).status == "presumed"


@pytest.mark.parametrize("hand", ["petrit", "sonila"])
def test_one_person_cannot_sign_for_two_even_by_raw_sql(house: Any, file: UUID, hand: str) -> None:
    decision_id = story.proposed(house, file)
    with house.as_("petrit"), connection.cursor() as cursor:
        sql = "UPDATE identification_decision SET signed_by = %s, signed_at = now() WHERE id = %s"
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(sql, [house.user(hand).pk, decision_id])
        sql = "UPDATE identification_decision SET proposed_by = %s WHERE id = %s"
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(sql, [house.user("sonila").pk, decision_id])


def test_one_person_cannot_propose_in_the_others_name_by_raw_sql(house: Any, file: UUID) -> None:
    with house.as_("petrit"), connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute(
            "INSERT INTO identification_decision (id, case_id, visible_to, refused_to, outcome, grounds, proposed_by,"
            " proposed_at, told_how_to_reconsider) VALUES (gen_random_uuid(), %s, '{}', '{}', 'identified',"
            " '{account}', %s, now(), false)",
            [file, house.user("sonila").pk],
        )


def test_the_authority_itself_cannot_sign_by_raw_sql(house: Any, file: UUID) -> None:
    decision_id = story.proposed(house, file)
    with house.as_("rea") as rea, connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute(
            "UPDATE identification_decision SET signed_by = %s, signed_at = now() WHERE id = %s",
            [rea.user_id, decision_id],
        )


def test_an_officer_cannot_name_himself_a_second_hand_by_raw_sql(house: Any, file: UUID) -> None:
    with house.as_("petrit"), connection.cursor() as cursor:
        sql = "UPDATE identification_pair SET social_id = %s WHERE case_id = %s"
        cursor.execute(sql, [house.user("zana").pk, file])
        assert cursor.rowcount == 0


def test_a_former_pair_cannot_sign(house: Any) -> None:
    referral_id = story.registered(house)
    case_id = story.assign(house, referral_id).case_id
    decision_id = story.proposed(house, case_id, by="petrit")
    house.sql(
        "INSERT INTO network_roleholding (id, user_id, role, since) "
        "SELECT gen_random_uuid(), id, 'identification_social', now() FROM network_user WHERE email LIKE 'lule@%%'"
    )
    story.assign(house, referral_id, social="lule")
    with house.as_("sonila"), pytest.raises(Person.DoesNotExist):
        _person(case_id)
    with house.as_("rea"):
        person, row = _person(case_id), Decision.objects.get(pk=decision_id)
    with house.as_("sonila") as sonila, pytest.raises(Http404):
        pair.sign_decision(actor=sonila, person=person, decision=row)
    assert story.sign(house, case_id, decision_id, by="lule").signed_at


def test_a_decision_comes_back_with_words_and_another_can_be_proposed(house: Any, file: UUID) -> None:
    decision_id = story.proposed(house, file)
    with pytest.raises(pair.NotNow):
        story.proposed(house, file, by="sonila")
    with house.as_("sonila") as sonila:
        row = Decision.objects.get(pk=decision_id)
        pair.return_decision(actor=sonila, person=_person(file), decision=row, words="Ask her doctor first.")
        with pytest.raises(pair.NotNow):
            pair.sign_decision(actor=sonila, person=_person(file), decision=row)
    assert story.proposed(house, file, by="sonila") != decision_id


def test_grounds_must_stand_for_the_outcome(house: Any, file: UUID) -> None:
    with pytest.raises(ValueError, match="grounds"):
        story.proposed(house, file, "identified", grounds=["no_purpose"])
    with pytest.raises(ValueError, match="reasons"):
        story.proposed(house, file, reasons="  ")


def test_not_identified_must_be_told_with_the_way_to_have_it_reconsidered(house: Any, file: UUID) -> None:
    decision_id = story.proposed(house, file, "not_identified")
    story.sign(house, file, decision_id)
    with house.as_("petrit") as petrit:
        row, person = Decision.objects.get(pk=decision_id), _person(file)
        with pytest.raises(ValueError, match="looked at again"):
            pair.tell_decision(actor=petrit, person=person, decision=row, how_to_reconsider=False)
        assert [item.kind for item in work(summaries, petrit)] == ["tell_decision"]
        told = pair.tell_decision(actor=petrit, person=person, decision=row, how_to_reconsider=True)
        assert told.told_at is not None
        assert work(summaries, petrit) == []
        assert not RecoveryPeriod.objects.exists()


def test_reconsideration_refers_to_the_earlier_decision(house: Any, file: UUID) -> None:
    first = story.proposed(house, file, "not_identified")
    story.sign(house, file, first)
    second = story.proposed(house, file, "potential", by="sonila")
    story.sign(house, file, second, by="petrit")
    with house.as_("petrit"):
        assert Decision.objects.get(pk=second).reconsiders_id == first
        assert Case.objects.get(case_id=file).status == "potential"


def test_the_time_to_recover_begins_with_the_second_signature_and_bars_removal(house: Any, file: UUID) -> None:
    limit = pack().limit("recovery_reflection")
    begins = dt.date(today().year + 1, 11, 30)  # to come: what is signed lies behind nobody's clock
    with time_machine.travel(dt.datetime.combine(begins, dt.time(12), dt.UTC), tick=False):
        house.tokens.clear()
        story.sign(house, file, story.proposed(house, file))
        with house.as_("marta"):
            period = RecoveryPeriod.objects.get(case_id=file)
    last_of_february = dt.date(begins.year + 1, 3, 1) - dt.timedelta(days=1)
    assert (period.starts_on, period.ends_on) == (begins, last_of_february)
    assert (period.bars_removal, period.limit_verified) == (True, limit.verified)


def test_a_period_is_made_longer_once_however_often_it_is_pressed(house: Any, file: UUID) -> None:
    story.sign(house, file, story.proposed(house, file))
    with house.as_("sonila") as sonila:
        period = RecoveryPeriod.objects.get(case_id=file)
        longer = [pair.extend_recovery(actor=sonila, person=_person(file), period=period) for _ in range(2)]
        assert longer[0].pk == longer[1].pk
        seen = summary(sonila, _person(file)).recovery
        assert seen is not None
        assert (seen.starts_on, seen.ends_on, seen.extensions) == (period.starts_on, longer[0].ends_on, 1)


def test_the_case_manager_cannot_set_the_period(house: Any, file: UUID) -> None:
    with house.as_("marta") as marta, pytest.raises(Http404):
        pair.start_recovery(actor=marta, person=_person(file))


def test_a_warning_comes_before_the_period_ends(house: Any, file: UUID) -> None:
    decision_id = story.proposed(house, file)
    story.sign(house, file, decision_id)
    with house.as_("petrit") as petrit:
        row, person = Decision.objects.get(pk=decision_id), _person(file)
        pair.tell_decision(actor=petrit, person=person, decision=row, how_to_reconsider=True)
        assert work(summaries, petrit) == []
    house.sql("UPDATE identification_recoveryperiod SET ends_on = authz.today() + 5")
    with house.as_("petrit") as petrit:
        assert [item.kind for item in work(summaries, petrit)] == ["recovery_ends"]


def test_my_work_tells_each_what_is_next(house: Any) -> None:
    story.sent(house, danger=True)
    referral_id = story.registered(house)
    with house.as_("rea") as rea:
        assert [item.kind for item in work(summaries, rea)] == ["desk_sent", "desk_connected"]
        assert [item.urgent for item in work(summaries, rea)] == [True, False]
        assert work(summaries, rea)[0].called == "Dee"
    case_id = story.assign(house, referral_id).case_id
    with house.as_("petrit") as petrit:
        assert [item.kind for item in work(summaries, petrit)] == ["meet"]
    _interview(house, case_id)
    story.proposed(house, case_id)
    with house.as_("petrit") as petrit, house.as_("sonila") as sonila:
        assert [(item.kind, item.mine) for item in work(summaries, sonila)] == [("sign_decision", True)]
    with house.as_("petrit") as petrit:
        assert [(item.kind, item.mine) for item in work(summaries, petrit)] == [("awaiting_signature", False)]


def test_the_summary_tells_the_shelter_where_it_stands_but_not_the_story(house: Any, file: UUID) -> None:
    _interview(house, file)
    decision_id = story.proposed(house, file)
    with house.as_("marta") as marta:
        seen = summary(marta, _person(file))
        assert (seen.interviews, seen.open_decision, seen.url, seen.desk_url) == (None, None, "", "")
        assert seen.episodes[0].number == 1
    with house.as_("petrit") as petrit:
        seen = summary(petrit, _person(file))
        assert seen.interviews == 1
        assert seen.open_decision is not None and seen.open_decision.pk == decision_id
        assert seen.url.endswith("/identification/")
