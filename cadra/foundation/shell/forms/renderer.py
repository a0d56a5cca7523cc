"""One renderer gives every Django form the GOV.UK markup: labels, hints, errors, fieldsets, counters."""

from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from .composed import ComposedInput, first_input_id

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"

#: Widget attributes that steer the presentation and never become HTML attributes.
PRESENTATION = frozenset(
    {"why", "page_heading", "size", "prefix", "suffix", "chars", "counter", "no_optional", "placeholder"}
)

#: How a widget is drawn.
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "checkbox"),
    (forms.RadioSelect, "choices"),
    (forms.PasswordInput, "password"),
    (forms.Select, "list"),
    (forms.FileInput, "file"),
    (forms.MultiWidget, "composed"),
)

#: What to say when nothing was given, by kind of field.
MISSING = {
    "input": _("Write an answer"),
    "choices": _("Choose an answer"),
    "list": _("Choose one from the list"),
    "file": _("Choose a file"),
    "checkbox": _("Tick the box to go on"),
}

#: GOV.UK class of each kind of input; anything else that is typed into is a govuk-input.
CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.FileInput, "govuk-file-upload"),
    (forms.Textarea, "govuk-textarea"),
    (forms.RadioSelect, "govuk-radios__input"),
    (forms.CheckboxSelectMultiple, "govuk-checkboxes__input"),
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.Select, "govuk-select"),
    (forms.widgets.Input, "govuk-input"),
)


def govuk_class(widget: forms.Widget) -> str:
    """The GOV.UK class of a widget; empty for composed ones, whose parts carry their own."""
    if isinstance(widget, forms.MultiWidget):
        return ""
    return next((name for kind, name in CLASSES if isinstance(widget, kind)), "")


class GovukBoundField(BoundField):
    """A field of a form as the templates need it: ids, classes, hints, options, what went wrong and where."""

    @property
    def _look(self) -> dict[str, Any]:
        return self.field.widget.attrs

    @property
    def why(self) -> str:
        """Why this is asked (widget attribute `why`), shown in a fold beside the question."""
        return self._look.get("why", "")

    @property
    def page_heading(self) -> bool:
        """Whether the label is the page's only heading (one question a page)."""
        return bool(self._look.get("page_heading"))

    @property
    def label_class(self) -> str:
        """Size of the label or legend: widget attribute `size` is s, m, l or xl."""
        size = self._look.get("size") or ("l" if self.page_heading else "s")
        part = "fieldset__legend" if self.use_fieldset else "label"
        return f"govuk-{part} govuk-{part}--{size}"

    @property
    def prefix(self) -> str:
        return self._look.get("prefix", "")

    @property
    def suffix(self) -> str:
        return self._look.get("suffix", "")

    @cached_property
    def kind(self) -> str:
        """Which body the field template draws; one of the names in KINDS, "counter" or "input"."""
        widget = self.field.widget
        if isinstance(widget, forms.Textarea) and self.most_characters:
            return "counter"
        return next((name for parent, name in KINDS if isinstance(widget, parent)), "input")

    @property
    def most_characters(self) -> int | None:
        """Longest text the field takes, in characters, when it shows a counter."""
        return getattr(self.field, "max_length", None) if self._look.get("counter", True) else None

    @property
    def use_fieldset(self) -> bool:
        return bool(self.field.widget.use_fieldset) and not isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def says_optional(self) -> bool:
        """Whether the label says "(optional)": everything not compulsory, except boxes to tick."""
        quiet = self.field.required or self._look.get("no_optional") or self.kind == "checkbox"
        return not quiet

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}-hint"

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}-error"

    @property
    def aria_describedby(self) -> str | None:
        ids = [self.hint_id] if self.help_text else []
        if self.errors:
            ids.append(self.error_id)
        if self.kind == "counter":
            ids.append(f"{self.auto_id}-info")
        return " ".join(ids) or None

    @property
    def problems(self) -> list[str]:
        """What is wrong, in words that say what to do (never only "This field is required")."""
        told: list[str] = []
        for error in self.errors.as_data() if self.errors else []:
            bare = error.code == "required" and error.message == forms.Field.default_error_messages["required"]
            told += [str(MISSING.get(self.kind, MISSING["input"]))] if bare else error.messages
        return told

    @property
    def wrong_parts(self) -> frozenset[str]:
        """Names of the parts of a composed field that are wrong ("day", "year"); empty means all."""
        errors = self.errors.as_data() if self.errors else []
        return frozenset(part for error in errors for part in (error.params or {}).get("parts", ()))

    @property
    def error_target(self) -> str:
        """The id the error summary links to: the first wrong input of the field."""
        return first_input_id(self.field.widget, self.auto_id, self.wrong_parts)

    @property
    def options(self) -> list[dict[str, Any]]:
        """Radio buttons or boxes with their hint, divider and the fields each one reveals."""
        widget = self.field.widget
        hints = getattr(widget, "hints", {})
        reveal = getattr(widget, "reveal", {})
        return [
            {
                "widget": option,
                "hint": hints.get(str(option.data["value"]), ""),
                "revealed": [self.form[name] for name in reveal.get(str(option.data["value"]), ())],
                "divider_before": str(option.data["value"]) == getattr(widget, "divider_before", None),
                "exclusive": str(option.data["value"]) == getattr(widget, "exclusive", None),
            }
            for option in self.subwidgets
        ]

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        built.pop("required", None)  # the server says what is missing, in words, all at once
        if widget.is_hidden:
            return built
        built["class"] = self._classes(widget)
        if not built["class"]:
            built.pop("class")
        if isinstance(widget, forms.MultiWidget):
            built.pop("aria-invalid", None)
        if isinstance(widget, ComposedInput):
            widget.wrong_parts = self.wrong_parts if self.errors else None
        return built

    def _classes(self, widget: forms.Widget) -> str:
        name = govuk_class(widget)
        classes = [name, str(widget.attrs.get("class", ""))]
        if self.errors and name in {"govuk-input", "govuk-textarea", "govuk-select", "govuk-file-upload"}:
            classes.append(f"{name}--error")
        if chars := widget.attrs.get("chars"):
            classes.append(f"govuk-input--width-{chars}")
        if self.kind == "counter":
            classes.append("govuk-js-character-count")
        if self.kind == "password":
            classes.append("govuk-password-input__input govuk-js-password-input-input")
        return " ".join(filter(None, classes))


class GovukRenderer(TemplatesSetting):
    """Renders forms with the shell's templates, and Django's own where the shell has none.

    Set it as FORM_RENDERER. The project's template engine is used, so the page's language and tags apply.
    """

    form_template_name = "shell/forms/form.html"
    formset_template_name = "shell/forms/formset.html"
    field_template_name = "shell/forms/field.html"
    bound_field_class = GovukBoundField

    def get_template(self, template_name: str) -> Any:
        return super().get_template(_ours(template_name))

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if "widget" in context:
            context = {**context, "widget": _html_only(context["widget"])}
        return super().render(template_name, context, request)


@cache
def _ours(template_name: str) -> str:
    ours = template_name.replace("django/forms/", "shell/forms/", 1)
    return ours if (TEMPLATES / ours).is_file() else template_name


def _html_only(widget: dict[str, Any]) -> dict[str, Any]:
    """The widget's context without the attributes that only steer the presentation."""
    attrs = {name: value for name, value in widget.get("attrs", {}).items() if name not in PRESENTATION}
    if widget.get("template_name", "").endswith("textarea.html"):
        attrs.pop("maxlength", None)  # more may be typed than fits; it is counted and kept, never cut
    cleaned = {**widget, "attrs": attrs}
    if "subwidgets" in widget:
        cleaned["subwidgets"] = [_html_only(part) for part in widget["subwidgets"]]
    if "box" in widget:
        cleaned["box"] = _html_only(widget["box"])
    return cleaned
