"""The file says how long the first help took; until it comes, small things that build trust are proposed."""

import datetime as dt
import re
from typing import Any

import pytest
from django.urls import reverse

from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Basis
from cadra.foundation.kernel.clock import DAY, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.loading import load
from cadra.foundation.kernel.roles import Role
from cadra.stages.support import actions as support
from cadra.stages.support.models import DeliveryKind
from cadra.steering.mechanism.tests.building import agree
from cadra.steering.mechanism.tests.hands import newcomer, taken

HOUR = dt.timedelta(hours=1)
WAITS = "No help has come yet"


@pytest.fixture
def hers(house: Any) -> Any:
    """A file Marta carries, without any help yet."""
    return taken(house)


def first_contact(house: Any, ago: dt.timedelta) -> None:
    house.sql("UPDATE cases_case SET first_contact_at = %s", [now() - ago])


def first_help(house: Any, person: Any, who: str = "marta") -> str:
    """The words of that part of the file page."""
    page = house.client(who).get(reverse("mechanism:file", args=[person.pk])).content.decode()
    found = re.search(r'<h2 id="first-help">.*?</section>', page, re.DOTALL)
    return found[0].replace("\xa0", " ") if found else ""


def my_work(house: Any, who: str) -> str:
    return str(house.client(who).get("/").content.decode())


def test_the_file_says_how_long_she_waits_against_the_limit(house: Any, hers: Any) -> None:
    first_contact(house, 3 * HOUR)
    assert "No help for 3 hours yet. The first should come within 24 hours." in first_help(house, hers)


def test_the_file_says_when_the_first_help_came(house: Any, hers: Any) -> None:
    house.sql("UPDATE cases_case SET first_contact_at = %s, first_help_at = %s", [now() - 5 * HOUR, now() - 3 * HOUR])
    told = first_help(house, hers)
    assert "First help came after 2 hours." in told
    assert "href" not in told  # nothing is proposed any more


def test_a_closed_file_does_not_go_on_waiting(house: Any, hers: Any) -> None:
    house.sql("UPDATE cases_case SET stage = 'closed', closed_at = %s", [now()])
    told = first_help(house, hers)
    assert "No help came before the file was closed." in told
    assert "href" not in told


def test_each_thing_proposed_leads_to_where_it_is_written_down(house: Any, hers: Any) -> None:
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', first_help(house, hers))]
    assert len(links) == len(pack().first_help)
    client = house.client("marta")
    for one, link in zip(pack().first_help, links, strict=True):
        page = client.get(link).content.decode()
        if one.given:
            assert f'<option value="{one.service}" selected>' in page
            assert re.search(rf'value="{one.given}"[^>]* checked', page), link
        else:
            assert f'name="service" value="{one.service}"' in page


def test_a_meal_written_down_from_there_is_the_first_help(house: Any, hers: Any) -> None:
    with house.as_("marta") as marta:
        support.deliver_own(actor=marta, person=hers, service="basic_needs", kind="goods")
    assert "First help came" in first_help(house, hers)


def test_who_does_not_see_her_plan_sees_nothing_of_it(house: Any, hers: Any) -> None:
    with house.as_("marta") as marta:
        support.deliver_own(actor=marta, person=hers, service="basic_needs", kind="goods")
    clinic = house.user("kleo").institution
    with house.as_("rea") as rea:
        consent = agree(rea, hers, clinic, [], kind="health")
        core = access.NewGrant(hers.pk, clinic.principal, ["core"], "health", Basis.CONSENT, consent_id=consent.pk)
        access.give(actor=rea, grants=[core])
    assert house.client("kleo").get(reverse("mechanism:file", args=[hers.pk])).status_code == 200
    assert first_help(house, hers, "kleo") == ""


def test_my_work_tells_whoever_carries_the_file_once_the_time_is_over(house: Any, hers: Any) -> None:
    first_contact(house, 23 * HOUR)
    assert WAITS not in my_work(house, "marta")
    first_contact(house, DAY + HOUR)
    told = my_work(house, "marta")
    assert WAITS in told
    assert f"{reverse('mechanism:file', args=[hers.pk])}#first-help" in told
    newcomer(house, "mira", "marta", Role.CASE_MANAGER)
    assert WAITS not in my_work(house, "mira")  # a colleague who does not carry it
    with house.as_("marta") as marta:
        support.deliver_own(actor=marta, person=hers, service="basic_needs", kind="goods")
    assert WAITS not in my_work(house, "marta")


@pytest.mark.parametrize("code", ["al", "zz"])
def test_what_the_pack_proposes_is_something_that_can_be_given(code: str) -> None:
    assert {one.given for one in load(code).first_help} - {None} <= set(DeliveryKind.values)
