"""A form sent twice is done once."""

import uuid
from typing import Any

from django import forms


class SubmissionMixin(forms.Form):
    """Adds a hidden one-time token: `cleaned_data["submission"]`, a UUID made when the form was drawn.

    An action that stores it under a unique constraint does nothing the second time, whether the button was
    pressed twice, the page reloaded, or Back used.
    """

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def clean_submission(self) -> uuid.UUID:
        given: Any = self.cleaned_data.get("submission")
        return given or uuid.uuid4()
