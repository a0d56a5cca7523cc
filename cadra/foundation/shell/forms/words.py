"""Boxes for words: too long is said in words, and nothing that was typed is cut."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


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
