"""Who may open what: the keeper's own register of grants and refusals decides."""

import random
import time
import uuid

import pytest

from cadra.keeper.tests.conftest import ALL, Asking, a_grant

BESA, DRITA, POLICE, SHELTER = 1, 2, 100, 200


@pytest.fixture
def besa(keeper: Asking) -> str:
    return keeper.sign_in("besa", BESA, SHELTER)


@pytest.fixture
def police(keeper: Asking) -> str:
    return keeper.sign_in("police officer", DRITA, POLICE, roles=("identification_police",))


def test_the_author_opens_everything_and_a_stranger_nothing(keeper, besa, police):
    case = keeper.new_case(besa)
    assert keeper.opened(besa, case) == set(ALL)
    assert keeper.opened(police, case) == set()


def test_a_grant_opens_its_compartments_and_the_core_only(keeper, besa, police):
    case = keeper.new_case(besa)
    keeper.give(besa, case, POLICE, "justice", "story")
    assert keeper.opened(police, case) == {"core", "justice", "story"}


def test_each_compartment_has_a_key_of_its_own(keeper, besa):
    case = keeper.new_case(besa)
    keys = keeper.do("open_keys", token=besa, pairs=[[case, name] for name in ALL])["keys"]
    assert len(set(keys)) == len(ALL)


def test_a_withdrawn_grant_opens_nothing_more(keeper, besa, police):
    case = keeper.new_case(besa)
    grant = keeper.give(besa, case, POLICE, "story")
    assert keeper.do("end_grants", token=besa, grants=[grant])["ended"] == 1
    assert keeper.opened(police, case) == set()
    assert keeper.do("end_grants", token=besa, grants=[grant])["ended"] == 0


def test_a_grant_opens_from_its_start_to_its_end(keeper, besa, police, time_machine):
    now = time.time()
    case = keeper.new_case(besa)
    keeper.give(besa, case, POLICE, "story", starts=now + 60, until=now + 120)
    time_machine.move_to(now + 59)
    assert keeper.opened(police, case) == set()
    time_machine.move_to(now + 61)
    assert keeper.opened(police, case) == {"core", "story"}
    time_machine.move_to(now + 121)
    assert keeper.opened(police, case) == set()


def test_a_refusal_beats_every_grant_until_it_is_lifted(keeper, besa, police):
    case = keeper.new_case(besa)
    keeper.give(besa, case, POLICE, "story")
    keeper.do("refuse", token=besa, case=case, principal=DRITA, on=True)
    assert keeper.opened(police, case) == set()
    colleague = keeper.sign_in("colleague", 3, POLICE)
    assert keeper.opened(colleague, case) == {"core", "story"}
    keeper.do("refuse", token=besa, case=case, principal=DRITA, on=False)
    assert keeper.opened(police, case) == {"core", "story"}


def test_the_refused_cannot_lift_the_refusal(keeper, besa, police):
    case = keeper.new_case(besa)
    keeper.give(besa, case, POLICE, "story", basis="custody")
    keeper.do("refuse", token=besa, case=case, principal=DRITA, on=True)
    assert keeper.refused("refuse", token=police, case=case, principal=DRITA, on=False) == "not_allowed"


@pytest.mark.parametrize("basis", ["consent", "court_order", "assignment"])
def test_whoever_holds_by_consent_order_or_assignment_cannot_pass_it_on(keeper, besa, police, basis):
    case = keeper.new_case(besa)
    keeper.give(besa, case, POLICE, "story", basis=basis)
    assert keeper.refused("add_grants", token=police, grants=[a_grant(case, 300, "story")]) == "not_allowed"


@pytest.mark.parametrize("basis", ["custody", "legal_duty"])
def test_whoever_holds_by_duty_or_custody_passes_on_what_they_hold_and_no_more(keeper, besa, police, basis):
    case = keeper.new_case(besa)
    keeper.give(besa, case, POLICE, "story", basis=basis)
    keeper.give(police, case, 300, "story")
    assert keeper.refused("add_grants", token=police, grants=[a_grant(case, 300, "health")]) == "not_allowed"


def test_a_list_of_grants_is_added_whole_or_not_at_all(keeper, besa, police):
    case = keeper.new_case(besa)
    good, bad = a_grant(case, POLICE, "story"), a_grant(str(uuid.uuid4()), POLICE, "story")
    assert keeper.refused("add_grants", token=besa, grants=[good, bad]) == "not_allowed"
    assert keeper.opened(police, case) == set()


def test_nobody_is_made_author_by_a_grant(keeper, besa):
    case = keeper.new_case(besa)
    grant = a_grant(case, POLICE, "story", basis="author")
    assert keeper.refused("add_grants", token=besa, grants=[grant]) == "bad_request"


def test_the_same_grant_sent_twice_is_one_and_its_name_cannot_be_taken(keeper, besa, police):
    case = keeper.new_case(besa)
    grant = a_grant(case, POLICE, "story")
    keeper.do("add_grants", token=besa, grants=[grant])
    keeper.do("add_grants", token=besa, grants=[grant])
    other = {**grant, "compartments": ["health"]}
    assert keeper.refused("add_grants", token=besa, grants=[other]) == "exists"


def test_making_a_case_twice_keeps_its_keys_but_not_for_another(keeper, besa, police):
    case = keeper.new_case(besa)
    before = keeper.keys(besa, [case])
    keeper.do("create_cases", token=besa, cases=[case])
    assert keeper.keys(besa, [case]) == before
    assert keeper.refused("create_cases", token=police, cases=[case]) == "not_allowed"


def test_a_stranger_cannot_end_a_grant(keeper, besa, police):
    case = keeper.new_case(besa)
    grant = keeper.give(besa, case, SHELTER, "story")
    assert keeper.refused("end_grants", token=police, grants=[grant]) == "not_allowed"


class TestBreakingTheGlass:
    def _grant(self, case: str, grantee: int = DRITA, *compartments: str, hours: float = 2.0, **more):
        now = time.time()
        more.setdefault("starts", now)
        return a_grant(
            case,
            grantee,
            *(compartments or ("story",)),
            basis="break_glass",
            until=now + hours * 3600,
            **more,
        )

    def test_it_opens_for_oneself_and_rings(self, keeper, besa, police):
        case = keeper.new_case(besa)
        keeper.do("add_grants", token=police, grants=[self._grant(case)])
        assert keeper.opened(police, case) == {"core", "story"}
        (alarm,) = keeper.do("alarms")["alarms"]
        assert (alarm["kind"], alarm["user"]) == ("break_glass", "police officer")

    @pytest.mark.parametrize("roles", [(), ("monitor",), ("institution_admin", "system_admin"), ("lawyer", "system")])
    def test_never_without_a_role_that_meets_people(self, keeper, besa, roles):
        case, token = keeper.new_case(besa), keeper.sign_in("clerk", 77, roles=roles)
        assert keeper.refused("add_grants", token=token, grants=[self._grant(case, 77)]) == "not_allowed"
        assert keeper.opened(token, case) == set()

    def test_never_for_longer_than_two_hours(self, keeper, besa, police):
        grant = self._grant(keeper.new_case(besa), hours=2.1)
        assert keeper.refused("add_grants", token=police, grants=[grant]) == "not_allowed"

    def test_never_for_a_whole_institution(self, keeper, besa, police):
        grant = self._grant(keeper.new_case(besa), POLICE)
        assert keeper.refused("add_grants", token=police, grants=[grant]) == "not_allowed"

    def test_never_for_contact(self, keeper, besa, police):
        grant = self._grant(keeper.new_case(besa), DRITA, "story", "contact")
        assert keeper.refused("add_grants", token=police, grants=[grant]) == "not_allowed"

    def test_never_for_the_refused(self, keeper, besa, police):
        case = keeper.new_case(besa)
        keeper.do("refuse", token=besa, case=case, principal=POLICE, on=True)
        assert keeper.refused("add_grants", token=police, grants=[self._grant(case)]) == "not_allowed"

    def test_it_lets_nobody_else_in(self, keeper, besa, police):
        case = keeper.new_case(besa)
        keeper.do("add_grants", token=police, grants=[self._grant(case)])
        assert keeper.refused("add_grants", token=police, grants=[a_grant(case, 300, "story")]) == "not_allowed"
        assert keeper.refused("refuse", token=police, case=case, principal=BESA, on=True) == "not_allowed"


class Reference:
    """What a session should open, written as plainly as can be."""

    def __init__(self) -> None:
        self.grants: list[dict] = []
        self.refused: set[tuple[str, int]] = set()

    def opens(self, principals: tuple[int, ...], case: str) -> set[str]:
        if any((case, principal) in self.refused for principal in principals):
            return set()
        now = time.time()
        opened: set[str] = set()
        for grant in self.grants:
            live = grant["starts"] <= now and (grant["until"] is None or now < grant["until"])
            if live and not grant.get("ended") and grant["case"] == case and grant["grantee"] in principals:
                opened |= {"core", *grant["compartments"]}
        return opened


@pytest.mark.parametrize("seed", range(20))
def test_a_hundred_random_acts_agree_with_the_plain_rule(keeper, seed):
    chance, reference = random.Random(seed), Reference()
    people = {1: (1, 100), 2: (2, 100), 3: (3, 200), 4: (4, 200)}
    tokens = {own: keeper.sign_in(f"user {own}", *principals) for own, principals in people.items()}
    cases = [keeper.new_case(tokens[1]) for _ in range(3)]
    reference.grants = [{"case": case, "grantee": 1, "compartments": ALL, "starts": 0, "until": None} for case in cases]
    for _ in range(100):
        case, act = chance.choice(cases), chance.random()
        if act < 0.4:
            parts = chance.sample(ALL[1:], k=chance.randint(1, 3))
            until = chance.choice((None, time.time() + 3600, time.time() - 1))
            grant = a_grant(case, chance.choice((2, 3, 4, 100, 200)), *parts, until=until)
            keeper.do("add_grants", token=tokens[1], grants=[grant])
            reference.grants.append(grant)
        elif act < 0.65 and len(reference.grants) > len(cases):
            grant = chance.choice(reference.grants[len(cases) :])
            grant["ended"] = True
            keeper.do("end_grants", token=tokens[1], grants=[grant["id"]])
        else:
            principal, on = chance.choice((2, 3, 4, 200)), chance.random() < 0.5
            keeper.do("refuse", token=tokens[1], case=case, principal=principal, on=on)
            (reference.refused.add if on else reference.refused.discard)((case, principal))
        asking = chance.choice(list(people))
        assert keeper.opened(tokens[asking], case) == reference.opens(people[asking], case)
