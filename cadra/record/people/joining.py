"""Putting what a new referral gives of someone together with what her file already knows. Nothing is lost.

Pure functions on the sealed values of `models.Profile`, `Identity` and `Contact`; None and {} mean "not known".
"""

from typing import Any

Values = dict[str, Any]


def profile(known: Values, given: Values) -> Values:
    """The name she goes by now and how to talk with her are as she gave them last; the rest fills gaps."""
    return {
        "called": given.get("called") or known.get("called"),
        "languages": _union(known.get("languages"), given.get("languages")),
        "interpreter": given.get("interpreter") or known.get("interpreter"),
        "sex": known.get("sex") or given.get("sex"),
        "age": _better_age(known.get("age"), given.get("age")),
        "nationality": _union(known.get("nationality"), given.get("nationality")),
        "worker_sex": given.get("worker_sex") or known.get("worker_sex"),
    }


def identity(known: Values, given: Values) -> Values:
    """All names and documents once; a birth that differs is kept beside the known one, never over it."""
    other = dict(known.get("other") or {})
    birth = _mapping(known.get("birth"))
    new_birth = _mapping(given.get("birth"))
    if not (birth.get("date") or birth.get("year")):
        birth = {**birth, **{key: value for key, value in new_birth.items() if value}}
    elif (new_birth.get("date") or new_birth.get("year")) and new_birth != birth:
        other["births_also_given"] = [*other.get("births_also_given", []), new_birth]
    return {
        "names": _names(known.get("names"), given.get("names")),
        "birth": birth,
        "documents": _union(known.get("documents"), given.get("documents")),
        "other": other,
    }


def contact(known: Values, given: Values) -> Values:
    """The newest way to reach her comes first; rules she gave now replace those from before, one by one."""
    rules = _mapping(known.get("rules"))
    rules |= {key: value for key, value in _mapping(given.get("rules")).items() if value}
    return {
        "channels": _union(given.get("channels"), known.get("channels")),
        "rules": rules,
        "whereabouts": given.get("whereabouts") or known.get("whereabouts"),
    }


def _names(known: Any, given: Any) -> list[Any]:
    found = list(known or [])
    spoken = {_spoken(name) for name in found}
    return found + [name for name in given or [] if _spoken(name) not in spoken]


def _spoken(name: Any) -> tuple[str, str]:
    name = _mapping(name)
    return str(name.get("given", "")).casefold(), str(name.get("family", "")).casefold()


def _better_age(known: Any, given: Any) -> Any:
    documented = _mapping(known).get("basis") == "documented"
    return known if documented or not _mapping(given) else given


def _union(first: Any, second: Any) -> list[Any]:
    found: list[Any] = []
    for value in [*_items(first), *_items(second)]:
        if value not in found:
            found.append(value)
    return found


def _items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _mapping(value: Any) -> Values:
    return dict(value) if isinstance(value, dict) else {}
