"""Several queries in one round trip give the same rows as one by one."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadra.foundation.kernel.together import together
from cadra.foundation.network.models import Institution, User


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
