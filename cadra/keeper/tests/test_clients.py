"""The secret of the pages opens the pages' part of the work, and nothing of the system's."""

import time
import uuid

import pytest

from cadra.keeper.clients import OPERATIONS, PAGES, SYSTEM
from cadra.keeper.service import Service
from cadra.keeper.tests.conftest import a_grant

PAGES_MAY = {
    "open_session",
    "close_session",
    "close_user",
    "create_cases",
    "add_grants",
    "end_grants",
    "refuse",
    "open_keys",
    "names_put",
    "names_match",
    "seal_system",
    "open_system",
    "fingerprints",
    "public_key",
    "health",
}
"""A verb added here is one that a taken-over web server may use."""


def test_every_verb_of_the_keeper_is_said_to_be_somebodys():
    verbs = {name for name in vars(Service) if not name.startswith("_")} - {"start", "stop"}
    assert verbs == set(OPERATIONS)
    assert all(clients and clients <= {PAGES, SYSTEM} for clients in OPERATIONS.values())


@pytest.mark.parametrize("verb", sorted(OPERATIONS))
def test_the_pages_are_refused_every_verb_that_is_not_theirs(keeper, verb):
    """Even with the token of a living session of the system, and whatever else the message holds."""
    system = keeper.sign_in("system", 0, roles=("system",))
    message = {"token": system, "case": str(uuid.uuid4()), "cases": [], "people": [], "kind": "case", "value": "AA=="}
    code = keeper.ask(verb, by=PAGES, client=SYSTEM, **message, grants=[]).get("code")
    assert (code == "other_client") == (verb not in PAGES_MAY)


def test_what_the_pages_seal_for_the_worker_the_pages_never_open_again(keeper):
    for purpose, codes in {"worker document 1": ["other_client", None], "one-time codes": [None, None]}.items():
        sealed = keeper.ask("seal_system", by=PAGES, purpose=purpose, value="AA==")["value"]
        asked = {"purpose": purpose, "value": sealed}
        assert [keeper.ask("open_system", by=who, **asked).get("code") for who in (PAGES, SYSTEM)] == codes


def session(user: str = "besa", principals: tuple[int, ...] = (1,), roles: tuple[str, ...] = ()) -> dict:
    token = uuid.uuid4().hex
    return {"token": token, "user": user, "principals": principals, "roles": roles, "until": time.time() + 60}


@pytest.mark.parametrize(
    "asked",
    [
        session(roles=("system",)),
        session(roles=("case_worker", "system")),
        session(user="system"),
        session(principals=(0,)),
        session(principals=(1, 0)),
    ],
)
def test_the_pages_never_speak_as_the_system_and_trying_rings(keeper, asked):
    assert keeper.refused("open_session", by=PAGES, **asked) == "system"
    assert keeper.refused("open_keys", token=asked["token"], pairs=[]) == "no_session"
    assert [alarm["kind"] for alarm in keeper.do("alarms")["alarms"]] == ["system"]
    keeper.do("open_session", by=SYSTEM, **asked)


def test_the_pages_open_sessions_of_people(keeper):
    keeper.do("open_session", by=PAGES, **session(roles=("ra_officer", "system_admin")))


def test_a_session_of_the_system_is_worth_nothing_to_the_pages(keeper):
    besa, system = keeper.sign_in("besa", 1), keeper.sign_in("system", 0, roles=("system",))
    case = keeper.new_case(besa)
    grant = keeper.give(besa, case, 2, "story")
    given = a_grant(case, 3, "story")
    for verb, fields in {
        "end_grants": {"grants": [grant]},
        "refuse": {"case": case, "principal": 1, "on": True},
        "add_grants": {"grants": [given]},
        "create_cases": {"cases": [str(uuid.uuid4())]},
        "names_match": {"query": {"name": "Arta"}, "limit": 5},
        "open_keys": {"pairs": [[case, "story"]]},
    }.items():
        assert keeper.refused(verb, by=PAGES, token=system, **fields) == "no_session", verb
    assert keeper.opened(besa, case)
    assert keeper.refused("close_user", by=PAGES, user="system") == "not_allowed"
    assert keeper.do("end_grants", token=system, grants=[grant])["ended"] == 1


def test_a_session_of_the_system_does_not_outlive_the_keeper(keeper):
    """One that was opened while a single secret opened everything ends with the upgrade."""
    for user in ("system", "besa"):
        token = keeper.sign_in(user, 1, roles=("system",), lasts=10_000_000)
        assert keeper.do("living", token=token, kind="case")["found"] == []
    people = keeper.sign_in("drita", 2, roles=("system_admin",))
    keeper.stop()
    keeper.start()
    assert keeper.refused("living", token=token, kind="case") == "no_session"
    keeper.do("open_keys", token=people, pairs=[])
