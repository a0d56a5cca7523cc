"""What makes something due in a table a date of its file (docs/adr/0010-the-next-date-is-derived.md)."""

from typing import Any

from django.db.migrations import RunSQL


class HoldsDate(RunSQL):
    """Migration operation: the rows of one table are due, and count in the next date of their file.

    `due`: SQL of the moment, of a row `d`; a day is `authz.ends(day)`. `holds`: SQL of whether it still counts.
    `moved_by`: the columns that change either, with commas between.
    """

    def __init__(self, table: str, due: str, *, holds: str = "true", moved_by: str) -> None:
        self.arguments = (table, due)
        self.options = {"holds": holds, "moved_by": moved_by}
        listed = ("INSERT INTO authz.dates VALUES (%s, %s, %s)", [table, due, holds])
        super().__init__([listed, _WATCH.format(table=table, columns=moved_by)], RunSQL.noop)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__qualname__, list(self.arguments), self.options)


_WATCH = """
CREATE TRIGGER due_begins AFTER INSERT ON {table} REFERENCING NEW TABLE AS begun
    FOR EACH STATEMENT EXECUTE FUNCTION authz.due_begins();
CREATE TRIGGER due_moves AFTER DELETE OR UPDATE OF {columns} ON {table}
    FOR EACH ROW EXECUTE FUNCTION authz.due_moves();
"""
