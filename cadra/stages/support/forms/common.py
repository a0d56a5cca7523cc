"""Fields the forms of support share."""

import datetime as dt
from functools import partial
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.clock import deadline, local_date, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import GovukDateField, Radios

CHOOSE = ("", _("Choose"))
FORMS = (("spoken", _("Spoken")), ("written", _("Written")), ("gesture", _("By gesture")))


class LineField(forms.CharField):
    """One line of text in any script; too long is said in words and nothing is cut."""

    def __init__(self, *, max_length: int = 120, **kwargs: Any) -> None:
        too_long = _("This is too long. Shorten it to the number of characters shown")
        kwargs["error_messages"] = {"max_length": too_long, **kwargs.get("error_messages", {})}
        super().__init__(max_length=max_length, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength on the box: the browser would cut what is pasted."""
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class WordsField(LineField):
    """Several lines of text, counted."""

    def __init__(self, *, max_length: int = 2000, rows: int = 3, why: Any = "", **kwargs: Any) -> None:
        look = {"rows": rows, **({"why": why} if why else {})}
        super().__init__(max_length=max_length, widget=forms.Textarea(attrs=look), **kwargs)


def form_field(label: Any, **kwargs: Any) -> forms.ChoiceField:
    """Written, spoken or by gesture."""
    return forms.ChoiceField(label=label, choices=FORMS, widget=Radios(), **kwargs)


def date_of(limit: str) -> dt.date:
    """The day a limit of the pack ends when it begins now."""
    return local_date(deadline(now(), pack().limit(limit)))


def ahead(label: Any, *, usual: str = "", **kwargs: Any) -> GovukDateField:
    """A day from today on. `usual`: the limit of the pack whose end stands there first."""
    if usual:
        kwargs["initial"] = partial(date_of, usual)
    return GovukDateField(label=label, future=True, **kwargs)


def services(*, pillars: tuple[int, ...] = (2, 3, 4, 1)) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Services of the pack grouped for a list, pillar by pillar."""
    names = {
        1: _("Protection and first help"),
        2: _("Support"),
        3: _("Inclusion"),
        4: _("Justice"),
    }
    return [
        (str(names[pillar]), [(one.code, one.text) for one in pack().services.where(pillar=pillar)])
        for pillar in pillars
        if pack().services.where(pillar=pillar)
    ]


def again(typed: QueryDict, **seen: Any) -> QueryDict:
    """What was typed, to be shown beside what somebody else saved: the next saving knows of that `version`."""
    data = typed.copy()
    for name, value in seen.items():
        data[name] = str(value)
    return data
