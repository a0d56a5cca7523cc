"""What fields of several boxes have in common."""

from django import forms


class ComposedInput(forms.MultiWidget):
    """Several inputs that answer one question, in one fieldset."""

    use_fieldset = True
    widgets_names: list[str]
    #: Names of the parts marked as wrong, set by the bound field (empty: all of them); None when nothing is.
    wrong_parts: frozenset[str] | None = None


def first_input_id(widget: forms.Widget, element_id: str, wrong: frozenset[str]) -> str:
    """The id of the first input of a widget, or of its first wrong part."""
    if isinstance(widget, ComposedInput):
        names = [name.lstrip("_") for name in widget.widgets_names]
        index = next((i for i, name in enumerate(names) if name in wrong), 0)
        return first_input_id(widget.widgets[index], f"{element_id}_{index}", wrong)
    many = isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    return f"{element_id}_0" if many else element_id
