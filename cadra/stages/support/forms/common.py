"""Fields the forms of support share."""

import datetime as dt
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.clock import deadline, local_date, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import GovukDateField, Radios

CHOOSE = ("", _("Choose"))
FORMS = (("spoken", _("Spoken")), ("written", _("Written")), ("gesture", _("By gesture")))


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
