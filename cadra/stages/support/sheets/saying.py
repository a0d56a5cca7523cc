"""The smallest things a sheet says: her own words, a code of the pack, a word of the service, a day, a list of these.

They are kept as JSON: a text is as she or the sender wrote it; {"p": table, "c": code}; {"w": key, "a": {name: atom}};
{"d": "2026-05-02"}; {"l": [atoms], "s": separator}. An edition (editions.py) turns them into words of one language.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Atom = str | dict[str, Any]
Line = dict[str, Any]
"""{"code": which line of its part, "label": Atom, "value": Atom}."""


def packed(table: str, code: str) -> Atom:
    """The wording of a code of the country pack; a code without one shows itself."""
    return {"p": table, "c": code} if code else ""


def word(key: str, **values: Atom) -> Atom:
    """A word of the service, with what stands in it."""
    return {"w": key, "a": values} if values else {"w": key}


def day(iso: str) -> Atom:
    """A day, from 2026-05-02."""
    return {"d": iso} if iso else ""


def joined(atoms: Iterable[Atom], separator: str = ", ") -> Atom:
    """Several things after one another; those that say nothing are left out."""
    kept = [atom for atom in atoms if atom]
    return {"l": kept, "s": separator} if kept else ""


def said(atom: Atom, words: Mapping[str, Any]) -> str:
    """The atom in the words of one language of an edition."""
    if isinstance(atom, str):
        return atom
    if "p" in atom:
        found: str = words["pack"].get(atom["p"], {}).get(atom["c"], atom["c"])
        return found
    if "w" in atom:
        return _filled(words["words"].get(atom["w"], atom["w"]), atom.get("a", {}), words)
    if "d" in atom:
        year, month, day_ = atom["d"].split("-")
        return _put(words["months"][int(month) - 1], {"year": str(int(year)), "day": str(int(day_))})
    return str(atom["s"]).join(said(one, words) for one in atom["l"])


def _filled(template: str, atoms: Mapping[str, Atom], words: Mapping[str, Any]) -> str:
    return _put(template, {name: said(atom, words) for name, atom in atoms.items()}) if atoms else template


def _put(template: str, values: Mapping[str, str]) -> str:
    """Not by %: a text of hers may hold any sign."""
    for name, value in values.items():
        template = template.replace(f"%({name})s", value)
    return template
