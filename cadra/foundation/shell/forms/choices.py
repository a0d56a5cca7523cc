"""Radio buttons, boxes and lists with hints, a divider, and questions that open under an answer."""

from collections.abc import Mapping
from typing import Any

from django import forms


class _Told(forms.widgets.ChoiceWidget):
    """Shared by radios and boxes.

    hints: option value → hint. reveal: option value → name, or names, of the form fields that open under it
    (without JavaScript they are simply shown). divider_before: value before which "or" stands. inline: side by side
    (two short options at most). small: smaller buttons for filters. columns: many short options, as many beside each
    other as fit.
    """

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Any = (),
        *,
        hints: Mapping[str, Any] | None = None,
        reveal: Mapping[str, str | tuple[str, ...]] | None = None,
        divider_before: str | None = None,
        exclusive: str | None = None,
        inline: bool = False,
        small: bool = False,
        columns: bool = False,
    ) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})
        self.reveal = {value: (one,) if isinstance(one, str) else one for value, one in (reveal or {}).items()}
        self.divider_before = divider_before
        self.exclusive = exclusive
        self.inline = inline
        self.small = small
        self.columns = columns


class Radios(_Told, forms.RadioSelect):
    """One of several."""


class Checkboxes(_Told, forms.CheckboxSelectMultiple):
    """Any of several. exclusive: the value ("none of these") that unticks the others."""


class Select(forms.Select):
    """One of many (over about twelve): a list. Prefer Radios."""
