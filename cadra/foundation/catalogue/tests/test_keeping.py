"""A provider keeps its own services and places; nobody keeps another's."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404

from cadra.foundation.catalogue import actions, queries
from cadra.foundation.catalogue.models import Service
from cadra.foundation.catalogue.telling import Told
from cadra.foundation.catalogue.tests.offers import CLINIC, offer, typed
from cadra.foundation.kernel.clock import now


def free(house: Any, row: Service) -> int:
    return int(house.sql("SELECT free_places FROM catalogue_service WHERE id = %s", [row.pk])[0][0])


def test_who_answers_at_a_desk_writes_down_what_it_offers_once(house: Any) -> None:
    client, form = house.client("kleo"), typed(submission=str(uuid4()))
    assert client.get("/services/own/new/").status_code == 200
    assert client.post("/services/own/new/", form).url == "/services/own/"
    assert client.post("/services/own/new/", form).url == "/services/own/"
    with house.as_("ada"):
        [row] = Service.objects.all()
    assert (row.kind, row.words["sq"], row.children_welcome, row.families) == ("medical", "Mjeke për gra.", True, False)
    page = house.client("ada").get(f"/services/{row.pk}/").content.decode()
    for said in (
        "A doctor for women.",
        "Albanian, English",
        "Wheelchair",
        "Mon–Wed 08:00–16:00",
        "QKL 12",
        "Kleo Clinic",
    ):
        assert said in page


def test_the_administrator_keeps_all_of_her_institution_and_others_meet_no_such_page(house: Any) -> None:
    row = offer(house, "marta")
    for name, status in (("ina", 200), ("marta", 200), ("sara", 404), ("kleo", 404), ("mona", 404), ("zana", 404)):
        assert house.client(name).get(f"/services/own/{row.pk}/").status_code == status, name
    for name, status in (("ina", 200), ("mona", 404), ("ada", 404), ("sys", 404)):
        assert house.client(name).get("/services/own/").status_code == status, name
    with house.as_("zana") as zana, pytest.raises(Http404):
        actions.set_places(actor=zana, service=row, free=1, seen=None)


def test_postgresql_itself_refuses_another_institutions_row(house: Any) -> None:
    row = offer(house, "marta")
    with house.as_("kleo") as kleo:
        assert Service.objects.filter(pk=row.pk).update(free_places=0) == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            Service.objects.create(institution_id=row.institution_id, desk_id=row.desk_id, kind="medical")
        mine = queries.own_desks(kleo)[0]
        with pytest.raises(DatabaseError), transaction.atomic():
            Service.objects.create(institution_id=mine.institution_id, desk_id=row.desk_id, kind="medical")
    assert free(house, row) == 8


def test_two_taps_count_the_places_and_a_tap_sent_twice_counts_once(house: Any) -> None:
    row = offer(house, "marta")
    client, path = house.client("marta"), f"/services/own/{row.pk}/places/"
    assert "8 of 8 places free" in client.get("/requests/").content.decode()
    for _twice in range(2):
        assert client.post(path, {"free": "7", "seen": "8", "back": "desk"}).url == "/requests/"
    assert free(house, row) == 7
    client.post(path, {"free": "6", "seen": "7"})
    assert free(house, row) == 6
    page = client.get("/services/own/").content.decode()
    assert "6 of 8 places free" in page
    assert "changed" in page


def test_a_tap_on_an_old_page_changes_nothing_and_says_so(house: Any) -> None:
    row = offer(house, "marta")
    client, path = house.client("marta"), f"/services/own/{row.pk}/places/"
    client.post(path, {"free": "3"})
    page = client.post(path, {"free": "7", "seen": "8"}, follow=True).content.decode()
    assert "Someone changed this meanwhile" in page
    assert free(house, row) == 3


@pytest.mark.parametrize("typed_free", ["-1", "9", "", "many", "99999999999"])
def test_a_number_that_can_not_be_is_refused_in_words(house: Any, typed_free: str) -> None:
    row = offer(house, "marta")
    page = house.client("marta").post(f"/services/own/{row.pk}/places/", {"free": typed_free}, follow=True)
    assert page.status_code == 200
    told = page.content.decode()
    assert "in numbers" in told or "fewer free places" in told
    assert free(house, row) == 8


def test_a_number_nobody_touched_for_a_day_is_told_to_be_old(house: Any) -> None:
    row = offer(house, "marta")
    assert "Old number" not in house.client("ada").get("/services/").content.decode()
    house.sql("UPDATE catalogue_service SET places_changed_at = now() - interval '25 hours' WHERE id = %s", [row.pk])
    assert "Old number" in house.client("ada").get("/services/").content.decode()
    assert "an old number" in house.client("marta").get("/requests/").content.decode()


def test_two_who_change_one_service_lose_no_word(house: Any) -> None:
    row = offer(house, "kleo")
    client, path = house.client("kleo"), f"/services/own/{row.pk}/"
    client.post(path, typed(version="1", words_en="First."))
    page = client.post(path, typed(version="1", words_en="Second.")).content.decode()
    assert "Someone changed this meanwhile" in page
    assert "First." in page
    assert "Second." in page
    assert client.post(path, typed(version="2", words_en="Second.")).status_code == 302
    with house.as_("ada"):
        assert Service.objects.get().words["en"] == "Second."


def test_what_was_not_looked_at_for_too_long_is_work_until_someone_says_it_is_still_so(house: Any) -> None:
    row = offer(house, "kleo")
    with house.as_("kleo") as kleo:
        assert queries.work(queries.longest_unverified(kleo)) == []
    house.sql("UPDATE catalogue_service SET verified_at = now() - interval '7 months'")
    with house.as_("kleo") as kleo:
        [item] = queries.work(queries.longest_unverified(kleo))
    assert item.due_at is not None and item.due_at < now()
    assert "Look again at what the catalogue says" in house.client("kleo").get("/").content.decode()
    house.client("kleo").post(f"/services/own/{row.pk}/verify/")
    with house.as_("kleo") as kleo:
        assert queries.work(queries.longest_unverified(kleo)) == []


def test_a_licence_that_ran_out_is_told(house: Any) -> None:
    offer(house, "kleo", licence_number="QKL 9", licence_until=dt.date(2020, 1, 1))
    assert "Licence ran out" in house.client("ada").get("/services/").content.decode()


def test_what_is_no_longer_offered_is_found_by_nobody(house: Any) -> None:
    row = offer(house, "kleo")
    with house.as_("kleo") as kleo:
        actions.change(actor=kleo, service=row, told=Told(**{**CLINIC, "status": "ended"}), version=1)
    assert house.client("ada").get(f"/services/{row.pk}/").status_code == 404
    assert "Clinic of the Lake" not in house.client("ada").get("/services/").content.decode()
