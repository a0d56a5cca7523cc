"""Choosing files that no institution holds, and the institution."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.models import Institution
from cadra.foundation.shell.forms import Select
from cadra.stages.identification.forms.desk import about, offer
from cadra.stages.identification.queries.unheld import PAGE


class UnheldFilter(forms.Form):
    """Which files are shown."""

    status = forms.ChoiceField(label=_("Status"), required=False, widget=Select(attrs={"no_optional": True}))
    child = forms.BooleanField(label=_("Children"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [("", _("All")), *((one.code, one.short) for one in pack().statuses)]  # type: ignore[attr-defined]


class UnheldForm(forms.Form):
    """The files ticked, or all of the page, and who is to hold them. Ticks are drawn by the page, in its table."""

    holder = forms.ChoiceField(
        label=_("Institution that will hold them"),
        help_text=_(
            "It carries their plans. It sees the support part, and of the rest only what each person agreed to."
        ),
        error_messages={"required": _("Choose the institution that will hold the files")},
    )

    def __init__(self, *args: Any, houses: Sequence[Institution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._houses = {str(house.pk): house for house in houses}
        offer(self.fields["holder"], [(str(one.pk), one.name, about(one, False)) for one in houses])

    @property
    def chosen(self) -> list[UUID]:
        """What is chosen, as far as it can be read; at most a page."""
        if not self.is_bound:
            return []
        name = "shown" if self.data.get("everything") else "files"
        sent = self.data.getlist(name) if hasattr(self.data, "getlist") else []
        return [found for text in sent[:PAGE] if (found := _uuid(text)) is not None]

    @property
    def house(self) -> Institution:
        """The institution chosen."""
        return self._houses[self.cleaned_data["holder"]]

    def clean(self) -> None:
        super().clean()
        if not self.chosen:
            self.add_error(None, _("Choose at least one file."))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
