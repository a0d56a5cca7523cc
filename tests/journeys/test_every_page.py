"""Every page of the house, by whoever reaches it: axe, a narrow screen and the thumb find nothing wrong."""

from collections import defaultdict
from typing import Any

import pytest
from django.urls import reverse

from cadra.stages.identification.queries.intake import SCREENS
from cadra.stages.identification.tests import story as earlier
from tests import world as worlds
from tests.browser import AXE, person_at
from tests.journeys.examiner import Examiner
from tests.walls.relations import EVERYBODY
from tests.walls.test_addresses import ENDING, addresses, path_of
from tests.world import World

pytestmark = pytest.mark.journey
FEWEST = 80  # pages with words on them: a house with half of its rooms shut would prove nothing
#: Pages of the sign-in library, drawn by our templates.
SIGNING_IN = (
    *("account_login", "account_reset_password", "account_reset_password_done", "account_change_password"),
    *("account_reauthenticate", "account_inactive", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn"),
)
#: Who reaches most, so that the others need to be asked for little.
MOST_FIRST = ("rea", "marta", "petrit", "kleo", "ina")
#: What one page is for several members, and each of them sees otherwise.
OF_EACH = ("mechanism:home", "mechanism:file")


def paths(house: Any, world: World) -> list[tuple[str, str]]:
    """(name, path) of every address, of what waits at the desk, and of each screen of a referral not yet sent."""
    waiting = {"waiting": earlier.sent(house, by="besim", danger=True), "arrived": earlier.acknowledged(house)}
    found = [(name, path_of(world, space, name, kinds)) for space, name, kinds in addresses()]
    found += [(name, reverse(name)) for name in SIGNING_IN]
    found += [(f"screen {one}", f"/referrals/{world.draft_id}/{one}/") for one in SCREENS]
    found += [(name, f"/desk/{referral_id}/") for name, referral_id in waiting.items()]
    found += [("match", f"/desk/{waiting['arrived']}/match/"), ("register", f"/desk/{waiting['arrived']}/register/")]
    return [(name, path) for name, path in found if name not in ENDING]


def rooms(house: Any, world: World) -> dict[str | None, list[tuple[str, str]]]:
    """member → (name, path) of the pages to look at as this member: each page once, by the first who reaches it."""
    found: dict[str | None, list[tuple[str, str]]] = defaultdict(list)
    everywhere, reached = paths(house, world), set()
    for member in dict.fromkeys((*MOST_FIRST, *EVERYBODY, None)):
        client = house.client(member)
        for name, path in everywhere:
            if name in reached and name not in OF_EACH:
                continue
            response = client.get(path)
            if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
                found[member].append((name, path))
                reached.add(name)
    found[None].append(("not found", "/nothing/here/"))
    return found


def test_every_page_is_accessible_and_fits_in_both_languages(house: Any, browser: Any, site: str) -> None:
    pages = rooms(house, worlds.build(house))
    on_a_phone, on_a_desk = Examiner("color-contrast"), Examiner()  # colours are the same on every screen
    for language, phone, look in (("sq", True, on_a_phone), ("en", False, on_a_desk)):
        for member, some in pages.items():
            page = person_at(browser, site, house, member, language=language, phone=phone)
            page.add_init_script(path=AXE)
            for name, path in some:
                page.goto(path)
                look(page, f"{name} as {member}")
            page.context.close()
        assert look.wrong == []
        assert len(look.seen) >= FEWEST
