"""Asking somebody to work with her, answering, and handing a file over."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.shell.forms import Radios, Select, SubmissionMixin

MOST = 2000


def _words(label: Any, *, rows: int = 3, needed: bool = False, **kwargs: Any) -> forms.CharField:
    """`needed`: for one of the buttons, so that it is not called optional."""
    look = {"rows": rows, **({"no_optional": True} if needed else {})}
    return forms.CharField(label=label, max_length=MOST, widget=forms.Textarea(attrs=look), **kwargs)


class FindForm(forms.Form):
    """Part of a name of a professional or of an institution."""

    words = forms.CharField(
        label=_("Find by name or institution"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"chars": 20, "autocomplete": "off"}),
    )


class _Against(forms.Form):
    """Why it goes against her wish; asked for only when it does."""

    against = _words(
        _("Why, if it is not whom she wished for"),
        required=False,
        needed=True,
        rows=2,
        help_text=_("Kept with the file, and told to nobody else. Ask her first."),
    )


class AskForm(SubmissionMixin, _Against):
    """Who is asked, and what for. `against` stands there only when she said whom she wishes for."""

    who = forms.ChoiceField(label=_("Who?"), widget=Radios)
    why = _words(
        _("What is it about, in a few words?"),
        help_text=_("Whoever is asked reads it first. No name, no place, nothing of what happened to her."),
        required=False,
    )
    field_order = ("who", "why", "against")

    def __init__(self, data: Any, choices: Iterable[tuple[UUID, str]], *, wished: bool) -> None:
        super().__init__(data)
        self.fields["who"].choices = [(str(pk), text) for pk, text in choices]  # type: ignore[attr-defined]
        if not wished:
            del self.fields["against"]


class AnswerForm(forms.Form):
    """Yes, or no and why; `then` is the button that was pressed."""

    YES, NO = "yes", "no"

    words = _words(
        _("If you decline: why?"),
        required=False,
        needed=True,
        rows=2,
        help_text=_("Whoever asked reads it. Never about her."),
    )
    then = forms.ChoiceField(choices=[(YES, YES), (NO, NO)], widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("then"):
            self.add_error(None, _("Say yes or no"))
        elif given["then"] == self.NO and not given.get("words", "").strip():
            self.add_error("words", _("Say in a few words why, so that somebody else can be asked"))
        return given


class BriefingForm(_Against):
    """Whom the file goes to, and what the next one must know. `then`: send, or save for later."""

    SEND, SAVE = "send", "save"

    to_user = forms.ChoiceField(
        label=_("Who takes the file over?"), widget=Radios(attrs={"no_optional": True}), required=False
    )
    words = _words(
        _("What matters most now"),
        required=False,
        needed=True,
        rows=5,
        help_text=_("What the next one must know tomorrow morning. What stands above need not be written again."),
    )
    wants = _words(
        _("What does she want from whoever comes next, in her words?"),
        required=False,
        help_text=_("Tell her first that a colleague takes over, and ask her."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    then = forms.ChoiceField(choices=[(SEND, SEND), (SAVE, SAVE)], widget=forms.HiddenInput, required=False)
    field_order = ("to_user", "words", "wants", "against")

    def __init__(
        self, data: Any, choices: Iterable[tuple[UUID, str]], *, wished: bool, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["to_user"].choices = [(str(pk), text) for pk, text in choices]  # type: ignore[attr-defined]
        if not wished:
            del self.fields["against"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("then") == self.SEND:
            if not given.get("to_user"):
                self.add_error("to_user", _("Choose who takes the file over"))
            if not given.get("words", "").strip():
                self.add_error("words", _("Write what matters most, before you send it"))
        return given


class SuccessorsForm(forms.Form):
    """Who takes which file: one for all that are left open, and one for each."""

    EVERYBODY = "everybody"

    def __init__(self, data: Any, files: Iterable[tuple[UUID, str, str, list[tuple[UUID, str]]]]) -> None:
        """`files`: id, words, who is chosen now, who can be chosen."""
        super().__init__(data)
        files = list(files)
        everyone = {pk: name for _id, _words_, _now, able in files for pk, name in able}
        blank = ("", _("Nobody chosen"))
        self.fields[self.EVERYBODY] = forms.ChoiceField(
            label=_("For every file where nobody is chosen"),
            choices=[blank, *((str(pk), name) for pk, name in everyone.items())],
            required=False,
            widget=Select(attrs={"no_optional": True}),
        )
        self.able = {case_id: {str(pk) for pk, _name in able} for case_id, _w, _n, able in files}
        for case_id, words, chosen, able in files:
            self.fields[str(case_id)] = forms.ChoiceField(
                label=words,
                choices=[blank, *((str(pk), name) for pk, name in able)],
                required=False,
                initial=chosen,
                widget=Select(attrs={"no_optional": True}),
            )

    def chosen(self) -> dict[UUID, UUID]:
        """file → who takes it; files left open are not there."""
        everybody = self.cleaned_data.get(self.EVERYBODY, "")
        found = {}
        for case_id, able in self.able.items():
            who = self.cleaned_data.get(str(case_id), "") or (everybody if everybody in able else "")
            if who:
                found[case_id] = UUID(who)
        return found
