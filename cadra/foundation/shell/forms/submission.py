"""A form sent twice is done once; one that came second is shown again."""

import uuid
from typing import Any

from django import forms
from django.http import QueryDict


class SubmissionMixin(forms.Form):
    """Adds a hidden one-time token: `cleaned_data["submission"]`, a UUID made when the form was drawn.

    An action that stores it under a unique constraint does nothing the second time, whether the button was
    pressed twice, the page reloaded, or Back used.
    """

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def clean_submission(self) -> uuid.UUID:
        given: Any = self.cleaned_data.get("submission")
        return given or uuid.uuid4()


def again(typed: QueryDict, **seen: Any) -> QueryDict:
    """What was typed, to be shown beside what somebody else saved: the next saving knows of that `version`."""
    data = typed.copy()
    for name, value in seen.items():
        data[name] = str(value)
    return data
