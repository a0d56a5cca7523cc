"""Every part on one page, with long words and with nothing: for builders and for the accessibility tests."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.answers import WITHOUT_VALUE, Answer
from cadra.foundation.kernel.pack import pack

from .forms import (
    AnswerField,
    Checkboxes,
    ChoiceAnswerField,
    GovukDateField,
    GovukMonthField,
    GovukTimeField,
    Radios,
    SubmissionMixin,
    YesNoField,
)

LONG = "Shërbimipërndihmëndhembrojtjenepersonavenënjëqytettëvogël"


class Specimen(SubmissionMixin, forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label=_("Name she feels safe with"),
        max_length=60,
        help_text=_("It may be invented."),
        widget=forms.TextInput(attrs={"why": _("So that everyone can speak with her without using her real name.")}),
    )
    story = forms.CharField(label=_("What she told"), max_length=400, required=False, widget=forms.Textarea)
    arrived = GovukDateField(label=_("When did she arrive?"), help_text=_("For example, 27 3 2007"), past=True)
    month = GovukMonthField(label=_("Since when is she in the country?"), required=False)
    hour = GovukTimeField(label=_("Time of the appointment"), help_text=_("For example, 14:30"))
    area = forms.ChoiceField(
        label=_("Area"), choices=[("", "–"), ("north", "North"), ("south", "South"), ("long", LONG)]
    )
    contact = forms.ChoiceField(
        label=_("How may we reach her?"),
        choices=[
            ("phone", _("By telephone")),
            ("person", _("Through someone she trusts")),
            ("no", _("Not at all")),
        ],
        widget=Radios(hints={"phone": _("Only when she is alone.")}, reveal={"phone": "number"}, divider_before="no"),
    )
    number = forms.CharField(label=_("Telephone number"), required=False, widget=forms.TextInput(attrs={"chars": 20}))
    languages = forms.MultipleChoiceField(
        label=_("Languages she speaks"),
        choices=[("fr", _("French")), ("en", _("English")), ("none", _("None of these"))],
        widget=Checkboxes(hints={"fr": LONG}, divider_before="none", exclusive="none"),
    )
    interpreter = YesNoField(label=_("Does she want an interpreter?"), reveal={"yes": "which"})
    which = forms.CharField(label=_("Which language?"), required=False)
    sex = ChoiceAnswerField(label=_("Sex"), choices=[("f", _("Woman")), ("m", _("Man")), ("x", _("Other"))])
    citizenship = AnswerField(forms.CharField(max_length=40), label=_("Citizenship"), ways=WITHOUT_VALUE)
    born = AnswerField(
        GovukDateField(past=True),
        label=_("Date of birth"),
        given_label=_("She knows it"),
        ways=[Answer.UNKNOWN],
    )
    document = forms.FileField(label=_("Document"), required=False, help_text=_("PDF or picture, up to 25 MB"))
    amount = forms.IntegerField(label=_("Amount"), widget=forms.NumberInput(attrs={"prefix": "L", "chars": 5}))
    secret = forms.CharField(label=_("Password"), widget=forms.PasswordInput)
    agreed = forms.BooleanField(label=_("I explained this to her in words she understands"))


class Choosing(forms.Form):
    """A filter."""

    stage = forms.ChoiceField(
        label=_("Stage"),
        required=False,
        choices=[("", _("All")), ("a", _("Identification")), ("b", _("Support"))],
    )
    late = forms.BooleanField(label=_("Only overdue"), required=False)


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    """The page. `?empty` shows every part without content; a POST shows every field with its error."""
    if not (settings.DEBUG or getattr(settings, "DEMO", False)):
        raise Http404
    empty = "empty" in request.GET
    form = Specimen(request.POST, request.FILES) if request.method == "POST" else Specimen()
    context = {"form": form, "empty": empty, "filter_form": Choosing(request.GET or None), **_samples(empty)}
    return render(request, "shell/gallery.html", context)


def _samples(empty: bool) -> dict[str, Any]:
    now = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0)
    day = datetime.timedelta(days=1)
    samples = {
        **_lists(now),
        "clocks": _clocks(timezone.now(), day),
        "matrix_rows": _matrix(now.date()),
        "kinds": _kinds(),
        "conduct": pack().code_of_conduct.text,
    }
    return {name: [] for name in samples} if empty else samples


def _lists(now: datetime.datetime) -> dict[str, Any]:
    day = datetime.timedelta(days=1)
    return {
        "rows": [
            {"key": _("Reference"), "value": "AL-4F7K-2026"},
            {
                "key": _("Stage"),
                "value": _("Identification"),
                "tag": "teal",
                "url": "#",
                "hint": _("since yesterday"),
            },
            {"key": _("Languages"), "lines": [_("Albanian"), _("English")], "url": "#"},
            {"key": LONG, "value": LONG},
            {"key": _("Wishes"), "value": ""},
        ],
        "tasks": [
            {"title": _("Safety"), "url": "#", "status": _("Done")},
            {"title": _("Languages"), "url": "#", "status": _("Not started"), "colour": "blue", "hint": LONG},
            {"title": _("Send"), "status": _("Cannot start yet"), "colour": "grey"},
        ],
        "events": [
            {"title": _("Referral received"), "when": now, "by": LONG, "text": _("The desk answered.")},
            {
                "title": _("Referral sent"),
                "when": (now - day).date(),
                "url": "#",
                "link": _("Open the referral"),
            },
        ],
        "stages": [
            {"name": _("First contact"), "state": "done", "days": 1, "since": now.date()},
            {"name": _("Identification"), "state": "now", "days": 12, "since": now.date()},
            {"name": LONG, "state": "ahead"},
        ],
        "head": [_("Reference"), _("Stage"), {"text": _("Days"), "numeric": True}],
        "body": [
            [
                {"text": "AL-4F7K-2026", "url": "#"},
                {"text": _("Identification"), "tag": "teal"},
                {"text": 12, "numeric": True},
            ],
            [
                {"text": "AL-9Q2M-2026", "url": "#"},
                LONG,
                {"text": 1200, "numeric": True, "hint": _("overdue")},
            ],
        ],
        "chosen": [{"text": _("Only overdue"), "url": "#"}, {"text": LONG, "url": "#"}],
        "parts": [
            {"text": _("Overview"), "url": "#", "current": True},
            {"text": _("Consents"), "url": "#", "count": 3},
            {"text": LONG, "url": "#"},
        ],
        "bars": [
            {"label": _("Presumed"), "value": 12},
            {"label": LONG, "value": 95},
            {"label": _("None"), "value": 0},
        ],
    }


def _clocks(now: datetime.datetime, day: datetime.timedelta) -> list[dict[str, Any]]:
    return [
        {"label": _("Acknowledge"), "due": now + 3 * day},
        {"label": _("Acknowledge"), "due": now + day / 5},
        {"label": _("Acknowledge"), "due": now - 2 * day},
        {"label": _("Acknowledge"), "due": now - day, "done_at": now - 2 * day},
        {"label": _("Acknowledge"), "due": now - 2 * day, "done_at": now - day},
        {"label": _("Plan"), "due": now.date()},
    ]


def _kinds() -> list[Any]:
    return [_("Identity"), _("Contact"), _("Her story"), _("Support"), _("Health"), _("Justice"), _("Child")]


def _matrix(today: datetime.date) -> list[dict[str, Any]]:
    later = today + datetime.timedelta(days=90)
    cells = [{"agreed": True, "until": later}, {"agreed": False}, {"agreed": None}, {"agreed": True}]
    return [
        {"who": _("Clinic"), "url": "#", "cells": [*cells, *cells[:3]]},
        {"who": LONG, "cells": [{"agreed": None}] * 7},
    ]
