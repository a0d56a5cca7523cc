"""Not asked, not known, prefers not to say, and no: four different answers."""

import datetime

import pytest
from django import forms

from cadra.foundation.kernel.answers import Answer
from cadra.foundation.shell.forms import AnswerField, ChoiceAnswerField, GovukDateField, YesNoField


@pytest.mark.parametrize("answer", list(Answer))
def test_yes_no_keeps_every_kind_of_answer_apart(answer: Answer) -> None:
    value = YesNoField().clean(answer.value)
    assert value is answer


def test_a_value_and_each_way_of_having_none_are_told_apart() -> None:
    field = AnswerField(forms.CharField())
    assert field.clean(["given", "unknown"]) == "unknown"
    assert not isinstance(field.clean(["given", "unknown"]), Answer)
    assert field.clean(["unknown", ""]) is Answer.UNKNOWN
    assert field.clean(["declined", "typed before"]) is Answer.DECLINED


def test_no_is_an_answer_only_where_the_question_allows_it() -> None:
    with pytest.raises(forms.ValidationError):
        AnswerField(forms.CharField()).clean(["no", ""])
    field = AnswerField(forms.CharField(), ways=[Answer.NO, Answer.NOT_ASKED])
    assert field.clean(["no", ""]) is Answer.NO


def test_a_question_left_untouched_is_not_asked_or_refused() -> None:
    assert AnswerField(forms.CharField(), required=False).clean(["", ""]) is Answer.NOT_ASKED
    with pytest.raises(forms.ValidationError) as caught:
        AnswerField(forms.CharField()).clean(["", ""])
    assert caught.value.code == "required"


def test_words_typed_without_pressing_the_button_count_as_the_answer() -> None:
    assert AnswerField(forms.CharField()).clean(["", "Kosovo"]) == "Kosovo"


def test_the_answer_chosen_but_not_written_is_refused_at_its_box() -> None:
    with pytest.raises(forms.ValidationError) as caught:
        AnswerField(forms.CharField()).clean(["given", ""])
    assert caught.value.params["parts"] == ("value",)


def test_the_inner_field_says_what_is_wrong_even_with_percent_signs() -> None:
    field = AnswerField(forms.CharField(error_messages={"max_length": "Too long, 100%% sure"}, max_length=3))
    with pytest.raises(forms.ValidationError) as caught:
        field.clean(["given", "long"])
    assert caught.value.messages == ["Too long, 100% sure"]


def test_a_date_may_be_the_answer_and_marks_its_own_box() -> None:
    class Born(forms.Form):
        born = AnswerField(GovukDateField(past=True))

    good = Born({"born": "given", "born_value_day": "1", "born_value_month": "2", "born_value_year": "2001"})
    assert good.is_valid() and good.cleaned_data["born"] == datetime.date(2001, 2, 1)
    bad = Born({"born": "given", "born_value_day": "1", "born_value_month": "", "born_value_year": "2001"})
    assert (
        'id="id_born_1_1" class="govuk-input govuk-date-input__input govuk-input--width-2 govuk-input--error"'
        in str(bad["born"])
    )
    assert Born({"born": "unknown"}).is_valid()


def test_a_kept_answer_is_shown_again() -> None:
    class Asked(forms.Form):
        place = AnswerField(forms.CharField())

    assert 'value="declined" checked' in str(Asked(initial={"place": Answer.DECLINED})["place"])
    shown = str(Asked(initial={"place": "Vlorë"})["place"])
    assert 'value="given" checked' in shown and 'value="Vlorë"' in shown


def test_choices_come_before_the_ways_of_having_no_answer() -> None:
    field = ChoiceAnswerField(choices=[("f", "Woman")], ways=[Answer.DECLINED])
    assert [value for value, _ in field.choices] == ["f", "declined"]
    assert field.widget.divider_before == "declined"
    with pytest.raises(forms.ValidationError):
        field.clean("unknown")
