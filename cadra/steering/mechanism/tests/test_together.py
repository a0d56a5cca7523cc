"""Several queries in one round trip give the same rows as one by one."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadra.foundation.kernel import together as together_module
from cadra.foundation.kernel.together import Asked, Kept, together
from cadra.foundation.network.models import Institution, User
from tests import cast
from tests.world import build


def test_the_rows_are_the_same_and_the_wait_is_one(house: Any) -> None:
    users, houses = User.objects.order_by("name"), Institution.objects.filter(is_shelter=True).order_by("name")
    with CaptureQueriesContext(connection) as asked:
        first, second = together(users, houses)
    assert len(asked) == 1
    for row, found in ((first, users), (second, houses)):
        assert [one.pk for one in row] == [one.pk for one in found]
        for mine, theirs in zip(row, found, strict=True):
            for field in mine._meta.concrete_fields:
                assert getattr(mine, field.attname) == getattr(theirs, field.attname), field.name


def test_asking_for_nothing_gives_nothing(house: Any) -> None:
    none, some = together(User.objects.filter(pk__in=[]), User.objects.all()[:2])
    assert none == []
    assert len(some) == 2
    assert together(User.objects.none()) == [[]]


def test_fields_left_out_stay_out(house: Any) -> None:
    (rows,) = together(User.objects.only("id", "name"))
    assert "password" in rows[0].get_deferred_fields()


def test_a_percent_sign_and_a_quote_are_only_text(house: Any) -> None:
    (rows,) = together(User.objects.filter(name="100%s ' OR 1=1"))
    assert rows == []


def test_a_kept_query_asks_what_it_would_ask_if_it_were_made_anew(house: Any, monkeypatch: Any) -> None:
    world, asked, kept = build(house), [], Kept.__call__

    def compared(self: Kept, *values: Any) -> Asked:
        found, (sql, parameters) = kept(self, *values), together_module._sql(self.query(*values))
        asked.append((found.sql.replace("(%s)", "%s"), sql.replace("(%s)", "%s"), found.parameters, list(parameters)))
        return found

    monkeypatch.setattr(Kept, "__call__", compared)
    for who in sorted(cast.PEOPLE):
        client = house.client(who)
        for path in ("/", f"/files/{world.case_id}/", f"/files/{world.case_id}/plan/", "/tasks/"):
            client.get(path)
    assert len({sql for sql, *_ in asked}) > 40
    for mine, anew, values, wanted in asked:
        assert mine == anew
        assert len(values) == len(wanted)
