"""With all turned on that PostgreSQL can log, still not a word about a person stands in its log (security.md D3).

What such a log does show (staff, tokens of sessions, coded facts) stands in docs/threats.md.
"""

import os
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DataError, IntegrityError, connection, connections, transaction
from psycopg import sql

from cadra.record.people.models import Identity
from tests import world as worlds
from tests.walls.needles import Needles

LOUD = {
    "log_statement": "all",
    "log_min_messages": "debug1",
    "log_min_error_statement": "debug1",
    "log_error_verbosity": "verbose",
    "log_min_duration_statement": "0",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
}
CONTROL = "Fjalekontrolli"


@pytest.fixture
def server_log(house: Any) -> Path:
    """The log of the test's own server, with every setting for this database turned up."""
    with psycopg.connect(os.environ["CADRA_TEST_ADMIN"], autocommit=True) as admin:
        (folder,) = admin.execute("SHOW data_directory").fetchone() or ("",)
        log = Path(folder).parent / "postgres.log"
        if not log.is_file():
            pytest.skip("the log of this server is out of reach")
        for name, value in LOUD.items():
            admin.execute(
                sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                    sql.Identifier(house.database), sql.Identifier(name), sql.Literal(value)
                )
            )
    connections.close_all()
    return log


def test_a_log_with_everything_on_holds_no_word_about_a_person(house: Any, server_log: Path) -> None:
    before = server_log.stat().st_size
    world = worlds.build(house)
    _look_everywhere(house, world)
    _fail(house, world)
    written = server_log.read_bytes()[before:]
    for sign in (b"people_identity", b"duplicate key", b"null value in column", b"parameters: $1", CONTROL.encode()):
        assert sign.lower() in written.lower(), f"the log does not show {sign!r} as it was told to"
    assert b"Failing row contains" not in written  # row-level security keeps the row out of what an error tells
    found = {value for value, _ in Needles([*worlds.CANARIES, CONTROL]).found_in(written)}
    assert found == {CONTROL}


def _look_everywhere(house: Any, world: worlds.World) -> None:
    """Pages that show, change and search; names typed where a reference is asked for."""
    marta, officer = house.client("marta"), house.client("rea")
    file = f"/files/{world.case_id}/"
    for page in ("", "notes/", "plan/", "consents/", "identity/", "contact/", "team/"):
        assert marta.get(file + page).status_code == 200, page
    marta.post(f"{file}notes/", {"text": "Kanarinastrofa again", "part": "support"})
    for asked in ("Drita Canarybird", "Canarybird"):
        marta.get("/files/", {"reference": asked, "q": asked, "before": asked})
        for client in (marta, officer):
            client.post("/emergency/", {"reference": asked, "reason": "danger_to_life", "understood": "on"})
    worlds.withdraw(house, world)


def _fail(house: Any, world: worlds.World) -> None:
    """Statements of our own that PostgreSQL refuses, and one whose value must be seen."""
    with house.as_("rea"):
        row = Identity.objects.get(case_id=world.case_id)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.version = None
            row.save()
        with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s::int", [CONTROL])
