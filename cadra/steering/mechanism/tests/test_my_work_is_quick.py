"""*My work* asks the database little, whoever opens it and however much waits."""

from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.world import build

MOST = 12
FRAME = ("authz.enter", "SAVEPOINT", "BEGIN", "COMMIT")


def test_my_work_takes_twelve_queries_at_most(house: Any) -> None:
    build(house)
    for who in sorted(cast.PEOPLE):
        client = house.client(who)
        assert client.get("/").status_code == 200
        with CaptureQueriesContext(connections["default"]) as app, CaptureQueriesContext(connections["gate"]) as gate:
            assert client.get("/").status_code == 200
        asked = [one["sql"] for one in (*app.captured_queries, *gate.captured_queries)]
        counted = [sql for sql in asked if not any(word in sql for word in FRAME)]
        assert len(counted) <= MOST, "\n".join([who, *(sql[:150] for sql in counted)])
