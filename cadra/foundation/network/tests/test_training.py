"""The register of trainings: kept by an institution for its own people, seen by each; a gap is pointed out."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from cadra.foundation.kernel.clock import DAY, today
from cadra.foundation.network import actions, queries
from cadra.foundation.network.models import User


def trained(house: Any, name: str, by: str = "ina", *, topic: str = "children", until: dt.date | None = None) -> UUID:
    """A training of this colleague; returns its id."""
    user = User.objects.select_related("institution").get(pk=house.user(name).pk)
    told: dict[str, Any] = {"topic": topic, "hours": 8, "provider": "Academy of the Lake", "until": until}
    with house.as_(by) as actor:
        [row] = actions.record_training(
            actor=actor,
            institution=user.institution,
            users=[user],
            on=today() - 400 * DAY,
            submission=uuid4(),
            **told,
        )
    return row.pk


def shown(house: Any, query: str = "", name: str = "ina") -> str:
    return str(house.client(name).get(f"/institution/training/{query}").content.decode())


def test_an_administrator_writes_down_a_training_of_several_colleagues_once(house: Any) -> None:
    people = [str(house.user(name).pk) for name in ("marta", "sara")]
    typed = {
        "people": people,
        "topic": "children",
        "hours": "8",
        "provider": "Academy",
        "on": str(today()),
        "until": "",
    }
    ina = house.client("ina")
    assert "Choose at least one colleague" in ina.post("/institution/training/new/", {"hours": "8"}).content.decode()
    sent = {**typed, "submission": str(uuid4())}
    assert [ina.post("/institution/training/new/", sent).status_code for _ in "12"] == [302, 302]
    assert house.sql("SELECT count(*) FROM network_training WHERE provider = 'Academy' AND hours = 8") == [(2,)]
    assert "Marta Manager: Working with children" in shown(house)
    assert "Working with children" in house.client("marta").get("/me/training/").content.decode()
    assert "No training of yours" in house.client("kleo").get("/me/training/").content.decode()


def test_the_list_shows_what_is_about_to_run_out_and_what_ran_out(house: Any) -> None:
    trained(house, "marta", topic="safety", until=today() + DAY)
    trained(house, "sara", topic="stress", until=today() - DAY)
    trained(house, "ina", topic="culture")
    found = {query: [name for name in ("Marta", "Sara", "Ina Adm") if f"{name}" in _list(shown(house, query))]
             for query in ("", "?which=soon", "?which=over", "?topic=culture")}  # fmt: skip
    assert found == {"": ["Marta", "Sara", "Ina Adm"], "?which=soon": ["Marta"], "?which=over": ["Sara"],
                     "?topic=culture": ["Ina Adm"]}  # fmt: skip


def _list(page: str) -> str:
    return page.partition('<ul class="cadra-list">')[2]


def test_another_institution_neither_reads_the_list_nor_writes_it(house: Any) -> None:
    row = trained(house, "marta")
    assert "Marta" not in _list(shown(house, name="rea"))
    for name in ("kleo", "mona", "ada", "marta"):
        assert house.client(name).get("/institution/training/").status_code == 404
    for name in ("sara", "rea", "kleo"):
        assert house.client(name).post(f"/institution/training/{row}/remove/").status_code == 404
    with house.as_("kleo"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM network_training")
        assert cursor.rowcount == 0
    assert house.client("ina").post(f"/institution/training/{row}/remove/").status_code == 302
    assert house.sql("SELECT count(*) FROM network_training WHERE id = %s", [row]) == [(0,)]


def test_whoever_reads_the_register_finds_it_in_her_account(house: Any) -> None:
    link = 'href="/institution/training/"'
    found = {name: link in house.client(name).get("/me/").content.decode() for name in ("ina", "sara", "rea", "kleo")}
    assert found == {"ina": True, "sara": True, "rea": True, "kleo": False}


def test_a_topic_counts_as_long_as_its_training_does(house: Any) -> None:
    marta = house.user("marta").pk
    for until, missing in ((today() - DAY, ["children"]), (today(), [])):
        trained(house, "marta", until=until)
        with house.as_("rea"):
            in_force = list(queries.trainings_in_force([marta]))
            assert queries.missing_topics({"child"}, marta, in_force) == missing
