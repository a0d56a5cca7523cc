"""Having a file to oneself while something in it is written."""

from uuid import UUID

from django.db import connection


def hold(case_id: UUID) -> None:
    """Hold one file until the end of the transaction.

    Rows take their readers from the grants when they are written; a grant that ends at that very moment must not miss
    them. So writers share a lock on the file, and who changes its readers holds it alone. Taken first, before any row
    of the file is locked, it can't end in a deadlock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT authz.hold(%s)", [case_id])
