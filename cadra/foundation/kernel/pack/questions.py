"""Questionnaires of a pack, in versions: what was asked once can be shown again as it was asked."""

from collections.abc import Iterable
from typing import Any, Literal

from cadra.foundation.kernel.pack.models import Code, Hinted, PackFile, YesNo
from cadra.foundation.kernel.pack.reading import Reader
from cadra.foundation.kernel.pack.text import Table


class Need(Hinted):
    """A question of the needs assessment, in one domain.

    `kind` need: no, now, later. fact: yes, no. `about`: whom it is asked of. `service`: what can help with it.
    """

    domain: Code
    kind: Literal["need", "fact"]
    about: Literal["person", "dependant", "both"]
    service: Code | None = None

    def asked_about(self, *, dependant: bool) -> bool:
        """Whether it is asked about someone who depends on her, or about her."""
        return self.about in ("both", "dependant" if dependant else "person")


class Protection(Hinted):
    """A question about risk (`risk`: yes or no), or a part of a safety plan to be written in words (`plan`)."""

    part: Literal["risk", "plan"]
    applies_to: Literal["both", "adult", "child"]

    def applies(self, *, child: bool) -> bool:
        """Whether it belongs to the form for a child, or for an adult."""
        return self.applies_to in ("both", "child" if child else "adult")


class SafetyEvent(Hinted):
    """Something after which a safety plan is looked at again; `incident`: it happened, and is written down."""

    incident: YesNo


Versions = dict[str, Table[Any]]


def versions(reader: Reader, stem: str, model: type[Hinted]) -> Versions:
    """Version → questions, from the files `<stem>.<version>.csv`."""
    found: Versions = {}
    for path in sorted(reader.folder.glob(f"{stem}.*.csv")):
        rows = reader.rows(path.name, model)
        twice = {row.code for row in rows if [other.code for other in rows].count(row.code) > 1}
        for code in sorted(twice):
            reader.wrong(path, 0, f"the code '{code}' is used twice.")
        found[path.name.split(".", 1)[1].removesuffix(".csv")] = Table(stem, rows)
    return found


def check(reader: Reader, head: PackFile, needs: Versions, protection: Versions, tables: dict[str, list[Any]]) -> None:
    """The versions in force must exist, and name domains and services of the pack."""
    for key, found in (("needs", needs), ("protection", protection)):
        version = getattr(head, key)
        if version not in found:
            reader.wrong_key("pack.toml", (key,), f"there is no file {key}.{version}.csv.")
    known = {name: {row.code for row in tables[name]} for name in ("domains", "services")}
    rows: Iterable[Need] = needs.get(head.needs, ())
    for row in rows:
        for name, code, table in (("domain", row.domain, "domains"), ("service", row.service, "services")):
            if code and code not in known[table]:
                file, line = reader.place(row)
                reader.note(file, line, f"'{code}' in '{name}' is not a code of {table}.csv.")
