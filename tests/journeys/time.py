"""Time that passes while nobody does anything: for the pages, the worker and PostgreSQL alike."""

from typing import Any

#: Sealed with their moment (the ledger), or of machines that are running.
STAYS = ("ledger\\_%", "django\\_%", "procrastinate\\_%", "access\\_session", "access\\_throttle")


def pass_days(house: Any, days: int) -> None:
    """Everything that was written is so many days older, and every date so many days nearer or longer gone.

    All columns move together, so that no two dates of the mechanism change places. The keeper's register keeps its
    own days: what ends there must end later than that.
    """
    older = f"%1$I = %1$I - interval '{days} days'"
    rows = house.sql(
        "SELECT t.table_name, string_agg(format(%s, c.column_name), ', ')"
        " FROM information_schema.tables t JOIN information_schema.columns c USING (table_schema, table_name)"
        " WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'"
        " AND c.data_type IN ('date', 'timestamp with time zone') AND NOT t.table_name LIKE ANY (%s)"
        " GROUP BY t.table_name",
        [older, list(STAYS)],
    )
    for table, moved in rows:
        house.sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        house.sql(f"UPDATE {table} SET {moved}")
        house.sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
