"""Every page of the house, by whoever reaches it: axe, a narrow screen and the thumb find nothing wrong."""

import gzip
from collections import defaultdict
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.models import Desk
from cadra.record.interpreting.tests import scene
from cadra.record.people.models import Person
from cadra.stages.identification.queries.intake import SCREENS
from cadra.stages.identification.tests import story as earlier
from cadra.steering.exchange.actions import importing
from cadra.steering.mechanism import actions as mechanism
from cadra.steering.mechanism.queries.opened import opened
from tests import cast
from tests import world as worlds
from tests.browser import AXE, person_at
from tests.journeys.examiner import Examiner
from tests.walls import relations
from tests.walls.relations import EVERYBODY
from tests.walls.test_addresses import ENDING, addresses, path_of
from tests.world import World

pytestmark = pytest.mark.journey
SMALL = 15_000  # bytes of a page as it goes over the wire, once styles and scripts are there
#: Pages of the sign-in library, drawn by our templates.
SIGNING_IN = (
    *("account_login", "account_reset_password", "account_reset_password_done", "account_change_password"),
    *("account_reauthenticate", "account_inactive", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn"),
)
#: Who reaches most, so that the others need to be asked for little.
MOST_FIRST = ("rea", "marta", "petrit", "kleo", "ina")
#: What one page is for several members, and each of them sees otherwise.
OF_EACH = ("mechanism:home", "mechanism:file", "mechanism:identity")
#: She says why she looks and who she is, so that what asks for either opens.
TRUSTED = "rea"
#: Addresses that answer GET and are no page of words, and what they are. Any other is reached by somebody.
NO_PAGE = {
    **dict.fromkeys(("shell:gallery", "outbox:list"), "of the demonstration alone"),
    **dict.fromkeys(("monitoring:numbers", "budget:export", "exchange:file", "tasks:feed"), "a file to take along"),
    **dict.fromkeys(("access:kept", "support:request_give", "identification:start"), "leads on to a page that is here"),
    "access:factor_link": "by the link of a reset: foundation/access/tests/test_factor_reset.py",
    "network:accept": "by the token of an invitation: network/tests/test_own_institution.py",
}


def more(house: Any, world: World) -> list[tuple[str, str]]:
    """(name, path) of what only stands in another state of things: open, asked, proposed, closed, linked, waiting."""
    relations.let_in(house)
    interpreter = scene.interpreter(house, "Arben of the roster", user_id=house.user("interpreter").pk)
    with house.as_("marta"):
        person = Person.objects.get(pk=world.case_id)
    scene.asked(house, person, interpreter)
    wanted = scene.request(house, person)
    with house.as_("marta") as marta:
        asking = mechanism.Asking("counsellor", house.user("kleo").pk, "She wants to talk")
        asked = mechanism.ask(actor=marta, file=opened(marta, person.pk)[0], asking=asking, submission=uuid4())
    (ending, _waits), (resting, proposed) = _proposed(house), _proposed(house)
    with house.as_("sara") as sara:
        mechanism.close(actor=sara, file=opened(sara, resting)[0], closing=proposed)
    with house.as_("rea") as rea:
        came = importing.import_rows(actor=rea, rows=[{"prs_FirstName": "Mira", "con_Consent": True}]).case_ids[0]
    desk = Desk.objects.get(institution=house.user("ina").institution)
    draft = {"referral_id": world.draft_id}
    told: list[tuple[str, dict[str, Any]]] = [
        ("mechanism:asked", {"asking_id": asked.pk}),
        ("mechanism:stage_second", {"case_id": ending}),
        ("mechanism:stage_reopen", {"case_id": resting}),
        ("interpreting:assign", {"case_id": person.pk, "wanted_id": wanted.pk, "interpreter_id": interpreter.pk}),
        ("network:desk", {"desk_id": desk.pk}),
        ("identification:discard", draft),
        ("identification:now", {**draft, "screen": "safety"}),
        ("identification:assign_file", {"case_id": came}),
    ]
    return [(name, reverse(name, kwargs=arguments)) for name, arguments in told]


def _proposed(house: Any) -> tuple[Any, Any]:
    """A file Marta carries and would close, and what she proposed."""
    said = {"reason": pack().reasons_to("closed")[0].code, "her_word": "agrees", "why": "Done", "come_back": "Ring us"}
    case_id = earlier.assigned(house)
    with house.as_("marta") as marta:
        mechanism.take_custody(actor=marta, file=opened(marta, case_id)[0])
        file = opened(marta, case_id)[0]
        return case_id, mechanism.propose_closing(actor=marta, file=file, submission=uuid4(), **said)


def paths(house: Any, world: World) -> list[tuple[str, str]]:
    """(name, path) of every address, of what waits at the desk, and of each screen of a referral not yet sent."""
    waiting = {"waiting": earlier.sent(house, by="besim", danger=True), "arrived": earlier.acknowledged(house)}
    arrived = waiting["arrived"]
    found = [(name, path_of(world, space, name, kinds)) for space, name, kinds in addresses()]
    found += [(name, reverse(name)) for name in SIGNING_IN]
    found += [("identification:screen", f"/referrals/{world.draft_id}/{one}/") for one in SCREENS]
    found += [(name, f"/desk/{referral_id}/") for name, referral_id in waiting.items()]
    found += [(f"identification:{name}", f"/desk/{arrived}/{name}/") for name in ("match", "register")]
    found += [("identification:connect", reverse("identification:connect", args=[arrived, world.case_id]))]
    return [(name, path) for name, path in found + more(house, world) if name not in ENDING]


def say_why(client: Any, world: World) -> None:
    """Why she needs to see who the person is, and her password once more."""
    client.post(f"/files/{world.case_id}/identity/", {"purpose": "correct_record"})
    client.post(reverse("account_reauthenticate"), {"password": cast.PASSWORD})


def rooms(house: Any, world: World) -> dict[str | None, list[tuple[str, str]]]:
    """member → (name, path) of the pages to look at as this member: each page once, by the first who reaches it.

    Every address that has a page is reached; on each page stands the switch of languages, and none is heavy.
    """
    found: dict[str | None, list[tuple[str, str]]] = defaultdict(list)
    everywhere, reached, posted = paths(house, world), set(), set()
    wrong = []
    cast.join_authority(house, "arta")
    for member in dict.fromkeys((*MOST_FIRST, *EVERYBODY, "interpreter", "arta", None)):
        client = house.client(member)
        if member == TRUSTED:
            say_why(client, world)
        for name, path in everywhere:
            if path in reached and name not in OF_EACH:
                continue
            response = client.get(path)
            posted |= {name} if response.status_code == 405 else set()
            if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
                found[member].append((name, path))
                reached |= {name, path}
                wrong += [(name, "no switch")] if b'name="language"' not in response.content else []
                wrong += [(name, "heavy")] if len(gzip.compress(response.content)) > SMALL else []
    assert wrong == []
    assert {name for name, _path in everywhere} - reached - posted == set(NO_PAGE)
    found[None].append(("not found", "/nothing/here/"))
    return found


def trust(page: Any, world: World) -> None:
    """As `say_why`, in a browser."""
    page.goto(f"/files/{world.case_id}/identity/")
    page.get_by_role("radio").first.check()
    page.locator("main form button[type=submit]").last.click()
    page.goto(reverse("account_reauthenticate"))
    page.locator("input[type=password]").fill(cast.PASSWORD)
    page.locator("main form button[type=submit]").last.click()


def test_every_page_is_accessible_and_fits_in_both_languages(house: Any, browser: Any, site: str) -> None:
    world = worlds.build(house)
    pages = rooms(house, world)
    on_a_phone, on_a_desk = Examiner("color-contrast"), Examiner()  # colours are the same on every screen
    for language, phone, look in (("sq", True, on_a_phone), ("en", False, on_a_desk)):
        for member, some in pages.items():
            page = person_at(browser, site, house, member, language=language, phone=phone)
            page.add_init_script(path=AXE)
            if member == TRUSTED:
                trust(page, world)
            for name, path in some:
                page.goto(path)
                look(page, f"{name} {path} as {member}")
            page.context.close()
        assert look.wrong == []
        assert len(look.seen) == sum(map(len, pages.values()))
