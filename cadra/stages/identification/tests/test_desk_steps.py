"""The desk's verbs: receive, register, connect, tell apart, assign."""

from typing import Any
from uuid import UUID

import pytest
from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Grant
from cadra.foundation.vault.keeper import keeper
from cadra.record.cases.models import Case, Episode
from cadra.record.consent.models import Consent
from cadra.record.people.models import Contact, Identity, Person, Profile
from cadra.record.people.queries import candidates
from cadra.stages.identification.actions import desk
from cadra.stages.identification.models import Interview, Receipt, Referral, ReferralAnswers
from cadra.stages.identification.tests import story


def test_receipt_is_confirmed_once_and_for_all(house: Any) -> None:
    referral_id = story.sent(house)
    with house.as_("rea") as rea:
        first = desk.acknowledge(actor=rea, referral=story.referral(referral_id))
        again = desk.acknowledge(actor=rea, referral=story.referral(referral_id))
    assert first.acknowledged_at == again.acknowledged_at
    assert first.assign_due_at is not None
    with house.as_("ada"):
        assert Receipt.objects.get(pk=referral_id).received_at == first.acknowledged_at


def test_nobody_but_the_authority_answers_at_the_desk(house: Any) -> None:
    referral_id = story.sent(house)
    with house.as_("rea"):
        row = story.referral(referral_id)
    for name in ("ada", "marta", "petrit", "dita", "zana"):
        with house.as_(name) as actor, pytest.raises(Http404):
            desk.acknowledge(actor=actor, referral=row)


def test_a_new_person_gets_a_file_and_can_be_matched(house: Any) -> None:
    referral_id = story.acknowledged(house)
    with house.as_("rea") as rea:
        case = desk.register_new(actor=rea, referral=story.referral(referral_id))
        again = desk.register_new(actor=rea, referral=story.referral(referral_id))
        assert case.pk == again.pk
        assert (case.sex, case.age_group, case.is_foreign, case.is_child) == ("female", "24-26", True, False)
        assert Episode.objects.get(case_id=case.case_id).referral_id == referral_id
    other = story.acknowledged(house)
    with house.as_("rea") as rea:
        found = candidates(rea, names=["Canary Drita"], birth={"date": "2002-04-21"}, besides=story.person_of(other).pk)
        assert [hit.person.pk for hit in found] == [case.case_id]
        assert found[0].match


def test_it_is_not_registered_before_it_was_received(house: Any) -> None:
    referral_id = story.sent(house)
    with house.as_("rea") as rea, pytest.raises(desk.OutOfOrder):
        desk.register_new(actor=rea, referral=story.referral(referral_id))


@pytest.fixture
def connected(house: Any) -> tuple[UUID, UUID, UUID]:
    """(file of a known person, her second referral, the provisional person it came on)."""
    first = story.registered(house, consents={"shelter": {"answer": "given", "compartments": ["identity"]}})
    second = story.acknowledged(house, names=[{"given": "Dritë", "family": "Kanari", "note": ""}], called="Dea")
    with house.as_("rea") as rea:
        provisional = story.person_of(second).pk
        known = story.person_of(first)
        desk.connect_known(actor=rea, referral=story.referral(second), known=known)
    return known.pk, second, provisional


def test_connecting_seals_the_referral_anew_under_the_known_file(
    house: Any, connected: tuple[UUID, UUID, UUID]
) -> None:
    known, referral_id, _ = connected
    with house.as_("rea") as rea:
        row = story.referral(referral_id)
        assert (row.case_id, row.file_id, row.state) == (known, known, "connected")
        answers = vault.unseal(rea.ring, ReferralAnswers.objects.filter(referral=row))
        said = {name: value for answer in answers for name, value in answer.plain["content"].items()}
        assert said["notes"] == "A man answered for her."
        assert [episode.number for episode in Episode.objects.filter(case_id=known).order_by("number")] == [1, 2]


def test_connecting_keeps_every_name_and_takes_the_newest_contact(
    house: Any, connected: tuple[UUID, UUID, UUID]
) -> None:
    known, _, _ = connected
    with house.as_("rea") as rea:
        rows = [model.objects.get(case_id=known) for model in (Identity, Profile, Contact)]
        identity, profile, contact = vault.unseal(rea.ring, rows)
        assert [name["given"] for name in identity.plain["names"]] == ["Drita", "Dritë"]
        assert profile.plain["called"] == "Dea"
        assert len(contact.plain["channels"]) == 1
        assert Consent.objects.filter(case_id=known, recipient_kind="shelter").count() == 2
        person = Person.objects.get(pk=known)
    third = story.acknowledged(house)
    with house.as_("rea") as rea:
        found = candidates(rea, names=["Kanari Drite"], birth={"year": 2002}, besides=story.person_of(third).pk)
        assert person.pk in {hit.person.pk for hit in found}


def test_connecting_destroys_the_provisional_keys(house: Any, connected: tuple[UUID, UUID, UUID]) -> None:
    known, _, provisional = connected
    with house.as_("rea") as rea:
        opened = keeper().open_keys(rea.ring.token, [(provisional, "core"), (known, "core")])
        assert set(opened) == {(known, "core")}
        assert not Person.objects.filter(pk=provisional).exists()
        assert not Referral.objects.filter(case_id=provisional).exists()
    assert house.sql("SELECT merged_into FROM people_person WHERE id = %s", [provisional]) == [(known,)]
    assert house.sql("SELECT count(*) FROM identification_referralanswers WHERE case_id = %s", [provisional]) == [(0,)]


def test_whom_she_fears_stays_shut_out_after_connecting(house: Any) -> None:
    first = story.registered(house)
    second = story.acknowledged(house)
    with house.as_("rea") as rea:
        provisional = story.person_of(second).pk
        access.refuse(actor=rea, case_id=provisional, principal=house.user("petrit").principal)
        known = story.person_of(first)
        desk.connect_known(actor=rea, referral=story.referral(second), known=known)
    with pytest.raises(desk.CannotAssign) as refused:
        story.assign(house, second)
    assert list(refused.value.problems) == ["police"]


def test_telling_two_people_apart_is_remembered_for_the_desk_alone(house: Any) -> None:
    first, second = story.registered(house), story.acknowledged(house)
    with house.as_("rea") as rea:
        for _ in range(2):
            desk.not_the_same(actor=rea, referral=story.referral(second), known=story.person_of(first))
    assert house.sql("SELECT count(*) FROM identification_notthesame") == [(1,)]
    with house.as_("ada"):
        assert not desk.NotTheSame.objects.exists()


def test_assigning_opens_exactly_what_each_needs(house: Any) -> None:
    case_id = story.assigned(house)
    opened = {}
    for name in ("petrit", "sonila", "marta", "rea", "ada", "zana", "lule", "kleo"):
        actor = house.actor(name)
        parts = keeper().open_keys(actor.ring.token, [(case_id, part) for part in desk.Compartment])
        opened[name] = {str(part) for _, part in parts}
    assert opened["petrit"] == opened["sonila"] == {"core", "identity", "story"}
    # Custody of the support part, and what she agreed to for the shelter: identity and contact, no story.
    assert opened["marta"] == {"core", "support", "identity", "contact"}
    assert opened["ada"] == opened["zana"] == opened["lule"] == opened["kleo"] == set()
    assert len(opened["rea"]) == 8


def test_a_later_no_to_the_shelter_beats_an_earlier_yes(house: Any) -> None:
    first = story.registered(house)
    second = story.acknowledged(house, consents={"shelter": {"answer": "refused", "compartments": []}})
    with house.as_("rea") as rea:
        desk.connect_known(actor=rea, referral=story.referral(second), known=story.person_of(first))
    pair = story.assign(house, second)
    marta = house.actor("marta")
    parts = keeper().open_keys(marta.ring.token, [(pair.case_id, part) for part in desk.Compartment])
    assert {str(part) for _, part in parts} == {"core", "support"}


def test_a_child_gets_a_child_protection_worker_and_the_child_part(house: Any) -> None:
    referral_id = story.registered(house, age={"basis": "disputed", "years": 19})
    pair = story.assign(house, referral_id, child_worker="lule")
    lule = house.actor("lule")
    parts = keeper().open_keys(lule.ring.token, [(pair.case_id, part) for part in desk.Compartment])
    assert {str(part) for _, part in parts} == {"core", "identity", "story", "child"}


def test_an_adult_gets_no_child_protection_worker(house: Any) -> None:
    referral_id = story.registered(house)
    with pytest.raises(desk.CannotAssign) as wrong:
        story.assign(house, referral_id, child_worker="lule")
    assert list(wrong.value.problems) == ["child_worker"]


@pytest.mark.parametrize(
    ("named", "field"),
    [
        ({"police": "ada"}, "police"),
        ({"social": "petrit"}, "social"),
        ({"holder": "kleo"}, "holder"),
        ({"holder": "ada"}, "holder"),
    ],
)
def test_only_those_with_the_role_can_be_named(house: Any, named: dict[str, str], field: str) -> None:
    referral_id = story.registered(house)
    with pytest.raises(desk.CannotAssign) as wrong:
        story.assign(house, referral_id, **named)
    assert field in wrong.value.problems


def test_an_officer_of_a_desk_she_fears_cannot_be_named(house: Any) -> None:
    referral_id = story.registered(house)
    [(desk_id, principal)] = house.sql("SELECT id, principal FROM network_desk WHERE name = 'Reception'")
    house.sql(
        "INSERT INTO network_deskmember (id, desk_id, user_id) VALUES (gen_random_uuid(), %s, %s)",
        [desk_id, house.user("petrit").pk],
    )
    with house.as_("rea") as rea:
        access.refuse(actor=rea, case_id=story.person_of(referral_id).pk, principal=principal)
    with pytest.raises(desk.CannotAssign) as wrong:
        story.assign(house, referral_id)
    assert list(wrong.value.problems) == ["police"]


def test_the_holders_desk_is_told_but_for_whom_she_fears(house: Any) -> None:
    referral_id = story.registered(house)
    [(shelters_desk,)] = house.sql(
        "SELECT d.id FROM network_desk d WHERE d.institution_id = %s", [house.user("marta").institution_id]
    )
    house.sql("DELETE FROM network_deskmember WHERE desk_id = %s", [shelters_desk])
    for name in ("marta", "sara"):
        house.sql(
            "INSERT INTO network_deskmember (id, desk_id, user_id) VALUES (gen_random_uuid(), %s, %s)",
            [shelters_desk, house.user(name).pk],
        )
    with house.as_("rea") as rea:
        access.refuse(actor=rea, case_id=story.person_of(referral_id).pk, principal=house.user("marta").principal)
    house.sql("DELETE FROM outbox_message")
    story.assign(house, referral_id)
    told = {recipient for (recipient,) in house.sql("SELECT recipient FROM outbox_message")}
    assert house.user("sara").pk in told
    assert house.user("marta").pk not in told


def test_a_refused_officer_cannot_be_named_and_sees_nothing_even_with_a_grant(house: Any) -> None:
    referral_id = story.registered(house)
    petrit = house.user("petrit")
    with house.as_("rea") as rea:
        person = story.person_of(referral_id)
        access.refuse(actor=rea, case_id=person.pk, principal=petrit.principal)
    with pytest.raises(desk.CannotAssign):
        story.assign(house, referral_id)
    with house.as_("rea") as rea:
        parts = ["core", "story"]
        forced = access.NewGrant(person.pk, petrit.principal, parts, "identify", access.Basis.ASSIGNMENT)
        access.give(actor=rea, grants=[forced])
    with house.as_("petrit") as officer:
        assert not Case.objects.exists()
        assert not Grant.objects.exists()
        assert not keeper().open_keys(officer.ring.token, [(person.pk, "story")])


def test_naming_another_pair_closes_the_file_to_the_former_one(house: Any) -> None:
    referral_id = story.registered(house)
    story.assign(house, referral_id)
    house.sql(
        "INSERT INTO network_roleholding (id, user_id, role, since) "
        "SELECT gen_random_uuid(), id, 'identification_police', now() FROM network_user WHERE email LIKE 'besim@%%'"
    )
    pair = story.assign(house, referral_id, police="besim")
    petrit, besim = house.actor("petrit"), house.actor("besim")
    assert not keeper().open_keys(petrit.ring.token, [(pair.case_id, "story")])
    assert keeper().open_keys(besim.ring.token, [(pair.case_id, "story")])
    with house.as_("petrit"):
        assert not Interview.objects.exists()
        assert not Case.objects.exists()


def test_assigning_twice_is_assigning_once(house: Any) -> None:
    referral_id = story.registered(house)
    assert story.assign(house, referral_id).pk == story.assign(house, referral_id).pk
    assert house.sql("SELECT count(*) FROM access_grant WHERE basis = 'assignment'") == [(2,)]
    assert house.sql("SELECT count(*) FROM outbox_message WHERE kind = 'waiting' AND link <> '/'")[0][0] >= 2


def test_a_new_episode_gets_a_clock_of_its_own_even_with_the_same_pair(house: Any) -> None:
    first = story.registered(house)
    before = story.assign(house, first)
    second = story.acknowledged(house)
    with house.as_("rea") as rea:
        desk.connect_known(actor=rea, referral=story.referral(second), known=story.person_of(first))
    after = story.assign(house, second)
    assert after.pk != before.pk
    assert after.decision_due_at > before.decision_due_at
    assert house.sql("SELECT count(*) FROM access_grant WHERE basis = 'assignment' AND ended_at IS NULL") == [(2,)]


def test_who_came_back_grown_up_is_not_treated_as_a_child(house: Any) -> None:
    documented = {"basis": "documented", "years": 16, "birth_year": 2002}
    first = story.registered(house, age=documented)
    second = story.acknowledged(house, age={"basis": "disputed", "years": None})
    with house.as_("rea") as rea:
        known = story.person_of(first)
        assert Case.objects.get(case_id=known.pk).is_child
        desk.connect_known(actor=rea, referral=story.referral(second), known=known)
        assert not Case.objects.get(case_id=known.pk).is_child


def test_new_harm_opens_a_closed_file_and_help_to_who_was_not_identified(house: Any) -> None:
    first = story.registered(house)
    case_id = story.assign(house, first).case_id
    story.sign(house, case_id, story.proposed(house, case_id, "not_identified"))
    house.sql("UPDATE cases_case SET stage = 'closed', closed_at = now()")
    second = story.acknowledged(house, danger=True)
    with house.as_("rea") as rea:
        desk.connect_known(actor=rea, referral=story.referral(second), known=Person.objects.get(pk=case_id))
        case = Case.objects.get(case_id=case_id)
    assert (case.stage, case.status, case.in_danger, case.closed_at) == ("identification", "presumed", True, None)
