"""Forms: errors lead to their field, nothing typed is lost, nothing typed becomes markup."""

import uuid

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string

from cadra.foundation.shell.forms import Radios, SubmissionMixin
from cadra.foundation.shell.gallery import Specimen

from .pages import Page

TYPED = {
    "name": 'Мира "<b>ميرا</b>" 😀 ' + "x" * 300,
    "story": "She said: </textarea><script>alert(1)</script>" + "y" * 500,
    "arrived_day": "31",
    "arrived_month": "<2>",
    "arrived_year": "20077",
    "month_month": "prill",
    "month_year": "",
    "hour": "half past two",
    "area": "north",
    "contact": "phone",
    "number": "+355 6'\"",
    "languages": ["fr", "none"],
    "interpreter": "yes",
    "which": "романи",
    "sex": "declined",
    "citizenship": "given",
    "citizenship_value": "<i>" + "z" * 50,
    "born": "given",
    "born_value_day": "29",
    "born_value_month": "2",
    "born_value_year": "2001",
    "amount": "12a",
}


def drawn(form: forms.BaseForm) -> Page:
    return Page(render_to_string("components/form.html", {"form": form, "csrf_token": "t"}))


@pytest.fixture
def refused() -> Page:
    return drawn(Specimen(TYPED))


def test_every_error_in_the_summary_leads_to_an_input_of_its_field() -> None:
    form = Specimen({})
    page = drawn(form)
    links = [e for e in page.all("a") if any("govuk-error-summary" in i.attrs.get("class", "") for i in e.inside)]
    assert len(links) == len(form.errors) == 13
    for link in links:
        target = link.attrs["href"].removeprefix("#")
        (found,) = [e for e in page.elements if e.attrs.get("id") == target]
        assert found.name in {"input", "select", "textarea"}


def test_every_error_says_which_question_it_is_about() -> None:
    summary = drawn(Specimen({})).with_class("govuk-error-summary__list")[0].text
    for label in ("Name she feels safe with", "When did she arrive?", "Languages she speaks", "Password"):
        assert f"{label} –" in summary
    assert "This field is required" not in summary


def test_the_link_of_a_date_goes_to_the_box_that_is_wrong() -> None:
    form = Specimen({**TYPED, "arrived_month": "2", "arrived_year": "207"})
    assert form["arrived"].error_target == "id_arrived_2"
    wrong = [e.attrs["id"] for e in drawn(form).with_class("govuk-input--error") if "arrived" in e.attrs["id"]]
    assert wrong == ["id_arrived_2"]


def test_nothing_typed_is_lost_when_the_form_comes_back(refused: Page) -> None:
    for name, typed in TYPED.items():
        values = typed if isinstance(typed, list) else [typed]
        fields = [e for e in refused.elements if e.attrs.get("name") == name]
        kept = [e.attrs.get("value", "") for e in fields if e.name == "input" and e.attrs.get("type") == "text"]
        kept += [e.attrs["value"] for e in fields if "checked" in e.attrs]
        kept += [e.text.removeprefix("\n") for e in fields if e.name == "textarea"]
        kept += [e.attrs.get("value", "") for e in fields if e.attrs.get("type") == "number"]
        kept += [
            e.attrs["value"]
            for e in refused.all("option")
            if "selected" in e.attrs and any(i.attrs.get("name") == name for i in e.inside)
        ]
        assert kept == values, name


def test_nothing_typed_becomes_markup(refused: Page) -> None:
    assert not refused.all("script") and not refused.all("b") and not refused.all("i")


def test_a_file_name_never_becomes_markup() -> None:
    form = Specimen(TYPED, {"document": SimpleUploadedFile("<b>.pdf", b"")})
    assert not drawn(form).all("b")


def test_no_password_comes_back() -> None:
    assert "hunter2" not in drawn(Specimen({**TYPED, "secret": "hunter2"})).html


def test_ids_are_unique_and_everything_that_describes_a_field_exists(refused: Page) -> None:
    assert len(refused.ids) == len(set(refused.ids))
    for element in refused.elements:
        for name in ("aria-describedby", "for", "aria-labelledby", "aria-controls"):
            assert set(element.attrs.get(name, "").split()) <= set(refused.ids), element


def test_every_input_has_a_label() -> None:
    page = drawn(Specimen())
    labelled = {e.attrs["for"] for e in page.all("label")}
    inputs = [e for e in page.elements if e.name in {"input", "select", "textarea"}]
    assert {e.attrs["id"] for e in inputs if e.attrs.get("type") != "hidden"} <= labelled


def test_a_question_that_opens_under_an_answer_is_drawn_once_and_there() -> None:
    page = drawn(Specimen())
    number = page.one("input", name="number")
    assert any("govuk-radios__conditional" in e.attrs.get("class", "") for e in number.inside)


def test_what_steers_the_look_never_becomes_an_html_attribute() -> None:
    page = drawn(Specimen())
    for element in page.elements:
        assert not {"why", "chars", "prefix", "counter", "placeholder", "required", "maxlength"} & (
            element.attrs.keys() - ({"maxlength"} if element.name == "input" else set())
        )
    assert "So that everyone can speak with her" in page.one("details").text


def test_a_long_text_is_counted_and_never_cut() -> None:
    page = drawn(Specimen())
    assert "maxlength" not in page.one("textarea").attrs
    assert page.with_class("govuk-character-count")[0].attrs["data-maxlength"] == "400"


def test_only_questions_that_may_be_left_out_say_so() -> None:
    page = drawn(Specimen())
    texts = [e.text for e in page.elements if e.name in {"label", "legend"}]
    assert "What she told (optional)" in texts and "When did she arrive?" in texts


def test_plain_hints_are_escaped_and_hints_made_of_markup_are_not() -> None:
    class Hinted(forms.Form):
        a = forms.CharField(help_text="<b>plain</b>")
        b = forms.ChoiceField(choices=[("x", "<u>x</u>")], widget=Radios(hints={"x": "<s>"}), label="<em>")

    page = drawn(Hinted())
    assert not [e for e in page.elements if e.name in {"b", "u", "s", "em"}]


def test_every_form_drawn_has_its_own_token_and_keeps_it_until_it_is_accepted() -> None:
    class Once(SubmissionMixin, forms.Form):
        word = forms.CharField()

    first = drawn(Once()).one("input", name="submission").attrs["value"]
    assert first != drawn(Once()).one("input", name="submission").attrs["value"]
    assert drawn(Once({"submission": first})).one("input", name="submission").attrs["value"] == first
    accepted = Once({"submission": first, "word": "x"})
    assert accepted.is_valid() and accepted.cleaned_data["submission"] == uuid.UUID(first)


def test_a_form_without_its_token_still_works_once() -> None:
    form = Specimen({})
    form.is_valid()
    assert isinstance(form.cleaned_data["submission"], uuid.UUID)


def test_the_button_refuses_a_second_press_and_a_whole_page_error_has_no_link() -> None:
    form = Specimen({})
    form.add_error(None, "The service is tired.")
    page = drawn(form)
    assert page.all("button", data_prevent_double_click="true")
    assert "The service is tired." in page.with_class("govuk-error-summary")[0].text
    assert not [e for e in page.all("a") if "tired" in e.text]
