"""What is over in PostgreSQL is over at the keeper, also when the keeper was away at that moment."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction
from django.db.utils import ProgrammingError

from cadra.foundation.access import actions as access
from cadra.foundation.access import closing
from cadra.foundation.access.middleware import enter
from cadra.foundation.access.models import Basis, Grant
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.keeper import KeeperRefused, KeeperUnavailable, keeper
from cadra.foundation.vault.system import system_keeper, system_session
from cadra.foundation.vault.testing import KeeperHandle, start_keeper
from cadra.record.people import actions as people
from cadra.record.people.models import Person
from tests import world as worlds

PARTS = [str(part) for part in Compartment]


@pytest.fixture
def own_keeper(tmp_path: Any, settings: Any) -> Iterator[KeeperHandle]:
    """A keeper of this test alone, which may be stopped."""
    handle = start_keeper(tmp_path)
    settings.KEEPER_SOCKET = handle.socket
    settings.KEEPER_CLIENT_SECRET, settings.KEEPER_SYSTEM_SECRET = handle.client_secret, handle.system_secret
    clients = keeper, system_keeper
    for client in clients:
        client.cache_clear()
    yield handle
    for client in clients:
        client().close()
        client.cache_clear()
    handle.remove()


@pytest.fixture
def away(own_keeper: KeeperHandle, house: Any) -> KeeperHandle:
    """The keeper of this test, beside a house without a list from before."""
    house.sql("DELETE FROM authz.closing")
    return own_keeper


def opened(token: str, case_id: UUID) -> bool:
    """Whether the keeper itself gives this session a key of the file."""
    return bool(keeper().open_keys(token, [(case_id, "story")]))


def a_file_given_to(house: Any, name: str) -> tuple[Person, Grant]:
    with house.as_("rea") as rea:
        person = people.open_file(actor=rea)
        people.save_identity(actor=rea, person=person, names=[{"given": "Besa", "family": "Qafzezi", "note": ""}])
        new = access.NewGrant(person.pk, house.user(name).principal, PARTS, "test", Basis.CUSTODY)
        (grant,) = access.give(actor=rea, grants=[new])
    return person, grant


def ended(house: Any, grant: Grant) -> None:
    with house.as_("rea") as rea:
        access.end(actor=rea, grants=Grant.objects.filter(pk=grant.pk), reason="test")


def waiting(house: Any) -> list[str]:
    return [kind for (kind,) in house.sql("SELECT kind FROM authz.closing ORDER BY id")]


def test_access_ended_while_the_keeper_is_away_is_ended_in_the_database_at_once(away, house):
    person, grant = a_file_given_to(house, "marta")
    with house.as_("marta"):
        assert Person.objects.filter(pk=person.pk).exists()
    away.kill9()
    ended(house, grant)
    with house.as_("marta") as marta:
        assert not Person.objects.filter(pk=person.pk).exists()
        with pytest.raises(KeeperUnavailable):
            opened(marta.token, person.pk)


def test_access_ended_while_the_keeper_was_away_is_ended_there_when_it_is_back(away, house):
    person, grant = a_file_given_to(house, "marta")
    marta = house.sign_in("marta")
    away.kill9()
    ended(house, grant)
    assert closing.finish() == 0
    away.start()
    assert opened(marta, person.pk), "without the worker the keeper would still open it"
    assert closing.finish() == 1
    assert not opened(marta, person.pk)
    assert waiting(house) == []


def test_she_takes_back_a_consent_on_the_page_while_the_keeper_is_away(away, house):
    world = worlds.build(house)
    consents = f"/files/{world.case_id}/consents/"
    hers, request = f"{consents}{world.ids['consent_id']}/", f"/requests/{world.spaced['support', 'referral_id']}/"
    marta, clinic, token = house.client("marta"), house.client("kleo"), house.sign_in("kleo")
    assert clinic.get(request).status_code == 200
    away.kill9()
    overview = marta.get(f"/files/{world.case_id}/")
    assert (overview.status_code, consents in overview.text) == (503, True)
    for page in (consents, hers, f"{hers}withdraw/"):
        shown = marta.get(page)
        assert (shown.status_code, "be opened just now" in shown.text) == (200, True)
        assert not [word for word in worlds.CANARIES if word in shown.text]
    assert marta.post(f"{hers}withdraw/").status_code == 302
    assert marta.get(hers).status_code == 200
    assert clinic.get(request).status_code == 404
    away.start()
    assert clinic.get(request).status_code == 404
    assert keeper().open_keys(token, [(world.case_id, "core")]), "without the worker the keeper would still open it"
    closing.finish()
    assert not keeper().open_keys(token, [(world.case_id, "core")])
    assert "be opened just now" not in marta.get(hers).text


def test_nothing_is_written_without_the_keeper_but_a_withdrawal(away, house):
    """What must be sealed waits: it is neither lost silently nor kept in clear."""
    world = worlds.build(house)
    marta = house.client("marta")
    new = f"/files/{world.case_id}/consents/new/?kind=shelter"
    before = house.sql("SELECT count(*) FROM consent_consent")
    away.kill9()
    assert marta.get(new).status_code == 503
    assert marta.post(new, {"answer": "given"}).status_code == 503
    assert house.sql("SELECT count(*) FROM consent_consent") == before
    away.start()


def test_a_refusal_set_while_the_keeper_was_away_is_set_there_when_it_is_back(away, house):
    person, _ = a_file_given_to(house, "marta")
    marta = house.sign_in("marta")
    principal = house.user("marta").principal
    away.kill9()
    with house.as_("rea") as rea:
        access.refuse(actor=rea, case_id=person.pk, principal=principal)
    away.start()
    closing.finish()
    assert not opened(marta, person.pk)


def test_a_refusal_lifted_meanwhile_is_not_set_again(away, house):
    person, _ = a_file_given_to(house, "marta")
    with house.as_("rea") as rea:
        refusal = access.refuse(actor=rea, case_id=person.pk, principal=house.user("marta").principal)
        access.lift_refusal(actor=rea, refusal=refusal)
    assert "refusal" in waiting(house)
    closing.finish()
    assert opened(house.sign_in("marta"), person.pk)


def test_the_keys_of_a_person_found_to_be_known_go_when_the_keeper_is_back(away, house):
    """The keeper dies after the commit that connected two files and before it could close anything."""
    with house.as_("rea") as rea:
        known, provisional = people.open_file(actor=rea), people.open_file(actor=rea)
        for person in (known, provisional):
            people.save_identity(actor=rea, person=person, names=[{"given": "Besa", "family": "Qafzezi", "note": ""}])
            people.register(actor=rea, person=person)
    token = house.sign_in("rea")
    assert names_found(token) == {known.pk, provisional.pk}
    rea = house.actor("rea")
    with transaction.atomic():
        enter(rea)
        people.merge(actor=rea, provisional=provisional, known=known)
        away.kill9()
    away.start()
    away.wait_for_names(keeper())
    assert opened(token, provisional.pk), "the keys survived"
    closing.finish()
    assert not opened(token, provisional.pk)
    assert opened(token, known.pk)
    assert names_found(token) == {known.pk}


def names_found(token: str) -> set[UUID]:
    return {hit["person"] for hit in keeper().names_match(token, {"name": "Besa Qafzezi"})}


def test_names_of_a_person_who_is_gone_are_not_taken_in_again(own_keeper, house):
    with house.as_("rea") as rea:
        person = people.open_file(actor=rea)
        with system_session() as token:
            system_keeper().destroy_case(token, person.pk)
        with pytest.raises(KeeperRefused):
            people.remember_names(
                actor=rea, person=person, names=[{"given": "Besa", "family": "Qafzezi", "note": ""}], birth=None
            )


@pytest.mark.parametrize(
    "over",
    [
        "DELETE FROM access_session WHERE user_id = %s",
        "UPDATE network_user SET is_active = false WHERE id = %s",
        "DELETE FROM network_roleholding WHERE user_id = %s",
    ],
)
def test_a_session_that_is_over_in_the_database_is_over_at_the_keeper(away, house, over):
    """A device ended, an account closed, a role taken: by whatever way, also by hand in the database."""
    person, _ = a_file_given_to(house, "marta")
    marta = house.sign_in("marta")
    house.sql(over, [house.user("marta").pk])
    assert opened(marta, person.pk)
    closing.finish()
    with pytest.raises(KeeperRefused, match="session has ended"):
        opened(marta, person.pk)


def test_a_keeper_stopped_in_the_middle_of_the_list_goes_on_with_it_later(away, house, monkeypatch):
    files = [a_file_given_to(house, "marta") for _ in range(6)]
    marta = house.sign_in("marta")
    away.kill9()
    for _, grant in files:
        ended(house, grant)
    away.start()
    monkeypatch.setattr(closing, "BATCH", 2)
    close, rounds = closing._close, []

    def dies_in_the_second_round(token: str, batch: Any) -> None:
        rounds.append(1)
        close(token, batch)
        if len(rounds) == 2:
            away.kill9()

    monkeypatch.setattr(closing, "_close", dies_in_the_second_round)
    closing.finish()
    assert len(waiting(house)) == 4, "the second round was done at the keeper and is still on the list"
    away.start()
    assert closing.finish() == 4
    assert closing.finish() == 0
    assert not any(opened(marta, person.pk) for person, _ in files)


def test_comparing_closes_what_a_lost_list_forgot(away, house):
    (gone, grant), (stays, _) = a_file_given_to(house, "marta"), a_file_given_to(house, "marta")
    marta, sara = house.sign_in("marta"), house.sign_in("sara")
    away.kill9()
    ended(house, grant)
    house.sql("DELETE FROM access_session WHERE user_id = %s", [house.user("sara").pk])
    house.sql("DELETE FROM authz.closing")
    away.start()
    assert closing.compare() == 2
    assert not opened(marta, gone.pk)
    assert opened(marta, stays.pk)
    with pytest.raises(KeeperRefused):
        opened(sara, stays.pk)
    assert closing.compare() == 0


def test_comparing_leaves_alone_what_an_old_database_does_not_know(away, house):
    """A database put back from yesterday's copy knows nothing of today's files; their keys must not be destroyed."""
    case_id, token = uuid4(), uuid4().hex
    keeper().open_session(token, str(uuid4()), [999_999], ["ra_officer"], time.time() + 60)
    keeper().create_cases(token, [case_id])
    closing.compare()
    fresh = uuid4().hex
    keeper().open_session(fresh, str(uuid4()), [999_999], ["ra_officer"], time.time() + 60)
    assert opened(fresh, case_id)


@pytest.mark.parametrize("role", ["default", "gate", "stats"])
def test_only_the_worker_reads_who_was_closed_out(house, role):
    for statement in (
        "SELECT * FROM authz.closings(1)",
        "SELECT * FROM authz.standing_refusals()",
        "TABLE authz.closing",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(using=role):
            connections[role].cursor().execute(statement)
