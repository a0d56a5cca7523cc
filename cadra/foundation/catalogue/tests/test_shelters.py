"""A shelter shows a desk to ring and never a place: on pages, in searches, whatever someone typed or stored."""

from typing import Any

import pytest

from cadra.foundation.catalogue import actions, queries
from cadra.foundation.catalogue.models import Service
from cadra.foundation.catalogue.queries import Wanted
from cadra.foundation.catalogue.telling import TellsAPlace, Told
from cadra.foundation.catalogue.tests.offers import offer, typed
from cadra.foundation.catalogue.words import place_in
from cadra.foundation.kernel.pack import pack

TOLD = "AL-12-sarande"
PLACES = ("Sarandë", "Saranda", TOLD, "39.875", "20.005")


def test_no_column_of_the_catalogue_could_hold_an_address() -> None:
    names = {field.name for field in Service._meta.concrete_fields}
    assert not {name for name in names for word in ("address", "street", "lat", "lon", "place_", "geo") if word in name}


def everywhere(house: Any, row: Service) -> str:
    """Every page that speaks of a service, for everybody who may look."""
    client, keeper = house.client("ada"), house.client("marta")
    paths = ["/services/", f"/services/{row.pk}/", f"/directory/{row.institution_id}/", "/directory/"]
    pages = [*map(client.get, paths), *map(keeper.get, ["/services/own/", "/requests/"])]
    return "".join(page.content.decode().split("<main")[1] for page in pages)


def test_what_was_stored_past_the_form_is_shown_by_no_page(house: Any) -> None:
    row = offer(house, "marta", whole_country=False, areas=["AL-12"])
    house.sql(
        "UPDATE catalogue_service SET areas = %s, words = %s, licence_number = 'Saranda 4' WHERE id = %s",
        [[TOLD], '{"en": "In Saranda behind the port, 39.875, 20.005", "sq": "Në Sarandë"}', row.pk],
    )
    house.sql("UPDATE network_institution SET municipality = %s, areas = %s WHERE is_shelter", [TOLD, [TOLD]])
    pages = everywhere(house, row)
    lists = pages.split("</form>")  # the filters name every municipality
    words = "".join(part.split("<select")[0] + part.split("</select>")[-1] for part in lists)
    assert "House of the Oak" in words
    assert [place for place in PLACES if place in words] == []
    assert "withheld" in words


def test_no_search_by_municipality_finds_a_shelter_by_where_it_is(house: Any) -> None:
    row = offer(house, "marta", whole_country=False, areas=["AL-12"])
    house.sql("UPDATE catalogue_service SET areas = %s", [[TOLD]])
    house.sql(
        "UPDATE network_institution SET municipality = %s, areas = %s, serves_whole_country = false WHERE is_shelter",
        [TOLD, [TOLD]],
    )
    with house.as_("ada"):
        assert queries.search(Wanted(area=TOLD))[0] == []
    assert "House of the Oak" not in house.client("ada").get(f"/directory/?area={TOLD}").content.decode()
    house.sql("UPDATE catalogue_service SET areas = %s", [["AL-12"]])
    with house.as_("ada"):  # of the region it may be known, from any of its municipalities alike
        for area in ("AL-12", TOLD, "AL-12-vlore"):
            assert [one.pk for one in queries.search(Wanted(area=area))[0]] == [row.pk]


def test_a_shelter_that_types_where_it_is_is_told_what_to_take_out(house: Any) -> None:
    form = typed(kind="emergency_shelter", words_en="Ten minutes from Vlora.", areas=["AL-12"])
    page = house.client("marta").post("/services/own/new/", form)
    assert page.status_code == 200
    assert "A shelter never tells where it is. Take this out: Vlora" in page.content.decode()
    assert "AL-12-vlore" not in page.content.decode()
    with house.as_("ina") as ina, pytest.raises(TellsAPlace):
        desk = queries.own_desks(ina)[0]
        told = Told(kind="emergency_shelter", words={"sq": "Pranë portit në Durrës"})
        actions.add(actor=ina, desk=desk, told=told, submission=desk.pk)


def test_areas_of_a_shelter_are_kept_no_smaller_than_the_pack_allows(house: Any) -> None:
    row = offer(house, "marta", whole_country=False, areas=[TOLD, "AL-06"])
    assert row.areas == ["AL-12", "AL-06"]


@pytest.mark.parametrize(
    "words",
    ["Në Vlorë", "vjen nga Korça", "Ten minutes from Durrës", "ne durres", "near Shkodra", "41.327, 19.818", "41° 19"],
)
def test_words_that_tell_a_place_are_noticed(words: str) -> None:
    assert place_in(words)


@pytest.mark.parametrize(
    "words", ["Has two rooms for mothers", "Dhoma për nëna, 24 orë, 8 vende", "Psychologist on Mondays 9.30", "Qark"]
)
def test_ordinary_words_are_not_taken_for_a_place(words: str) -> None:
    assert place_in(words) == ""


def test_of_every_area_only_regions_are_told() -> None:
    assert pack().shelter_areas(area.code for area in pack().areas) == [region.code for region in pack().regions()]
