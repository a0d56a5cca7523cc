"""For whom files are made that are inserted now."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def made_for(place: int) -> Iterator[None]:
    """Files inserted meanwhile are kept by this principal of the actor's, not by the actor herself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('cadra.made_for', %s, true)", [str(place)])
        yield
        cursor.execute("SELECT set_config('cadra.made_for', '', true)")
