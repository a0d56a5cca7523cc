"""Questions that may stand unanswered in an honest way: not asked, not known, prefers not to say."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.answers import LABELS, WITHOUT_VALUE, Answer

from .choices import Radios
from .composed import ComposedInput
from .renderer import govuk_class

GIVEN = "given"


def _ways(ways: Iterable[Answer]) -> list[tuple[str, Any]]:
    return [(way.value, LABELS[way]) for way in ways]


class ChoiceAnswerField(forms.ChoiceField):
    """Choices, then "or", then the ways of having no answer. The value is the chosen code (text)."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Choose an answer. If the question was not asked, say so"),
    }

    def __init__(
        self,
        *,
        choices: Sequence[tuple[str, Any]],
        ways: Iterable[Answer] = WITHOUT_VALUE,
        hints: dict[str, Any] | None = None,
        reveal: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        ways = tuple(ways)
        kwargs.setdefault(
            "widget",
            Radios(hints=hints, reveal=reveal, divider_before=ways[0].value if ways else None),
        )
        super().__init__(choices=[*choices, *_ways(ways)], **kwargs)


class YesNoField(ChoiceAnswerField):
    """Yes, no, or one of the ways of having no answer. The value is an `Answer`, never True or False."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_ways((Answer.YES, Answer.NO)), **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return Answer(text) if text in set(Answer) else text


class AnswerInput(ComposedInput):
    """A radio button that opens the question's own box, and one button for each way of having no answer."""

    template_name = "shell/forms/widgets/answer.html"

    def __init__(self, inner: forms.Widget, choices: Sequence[tuple[str, Any]], attrs: Any = None) -> None:
        chars = inner.attrs.get("chars")
        inner.attrs.setdefault("class", govuk_class(inner) + (f" govuk-input--width-{chars}" if chars else ""))
        super().__init__({"": forms.RadioSelect(choices=choices), "value": inner}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        if isinstance(value, Answer):
            return [value.value, None]
        return ["", None] if value in (None, "") else [GIVEN, value]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        inner = self.widgets[1]
        parts = self.wrong_parts or frozenset()
        wrong = "value" in parts
        if isinstance(inner, ComposedInput):
            inner.wrong_parts = parts - {"value"} if wrong else None
        context = super().get_context(name, value, attrs)
        buttons, box = context["widget"]["subwidgets"]
        kind = govuk_class(inner)
        if wrong and kind:
            box["attrs"]["class"] += f" {kind}--error"
        context["widget"]["buttons"] = [option for _, group, _ in buttons["optgroups"] for option in group]
        context["widget"]["box"] = box
        return context


class AnswerField(forms.Field):
    """A value (of the inner field) or an `Answer`: NOT_ASKED, UNKNOWN, DECLINED, and NO where `ways` has it.

    AnswerField(forms.CharField(max_length=60), label=…). Not compulsory and left empty: NOT_ASKED.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Choose an answer. If the question was not asked, say so"),
        "empty": _("Write the answer, or choose another one"),
    }

    def __init__(
        self,
        inner: forms.Field,
        *,
        ways: Iterable[Answer] = WITHOUT_VALUE,
        given_label: Any = None,
        **kwargs: Any,
    ) -> None:
        self.inner = inner
        self.ways = tuple(ways)
        kwargs["widget"] = AnswerInput(inner.widget, [(GIVEN, given_label or _("Answer")), *_ways(self.ways)])
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        chosen, typed = value if isinstance(value, list | tuple) else self.widget.decompress(value)
        if chosen in {way.value for way in self.ways}:
            return Answer(chosen)
        if chosen != GIVEN and _blank(typed):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return Answer.NOT_ASKED
        if _blank(typed) and self.inner.required:
            raise ValidationError(self.error_messages["empty"], code="empty", params={"parts": ("value",)})
        try:
            return self.inner.clean(typed)
        except ValidationError as error:
            raise ValidationError(
                [
                    ValidationError(
                        " ".join(one.messages).replace("%", "%%"),
                        one.code,
                        {"parts": ("value", *(one.params or {}).get("parts", ()))},
                    )
                    for one in error.error_list
                ]
            ) from None


def _blank(typed: Any) -> bool:
    return not any(typed) if isinstance(typed, list | tuple) else typed in (None, "")
