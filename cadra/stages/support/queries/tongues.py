"""What is frozen for another institution is kept in every language of the service: its reader chooses which."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override

Words = dict[str, Any]


def add_other_languages(words: Sequence[Words], build: Callable[[], Sequence[Words]]) -> None:
    """Give each of these words, under "also", what another language says otherwise. `build` makes the same anew."""
    for code, _name in settings.LANGUAGES:
        if code == get_language():
            continue
        with override(code):
            others = build()
        for one, other in zip(words, others, strict=True):
            said = {key: value for key, value in other.items() if value != one[key]}
            if said:
                one["also"] = {**one.get("also", {}), code: said}


def in_this_language(words: Mapping[str, Any]) -> Words:
    """The words for the reader of this page; as they were written where her language was not kept."""
    kept = {key: value for key, value in words.items() if key != "also"}
    return {**kept, **(words.get("also") or {}).get(get_language() or "", {})}
