"""A row of a spreadsheet, as people really write it."""

import datetime as dt
from typing import Any

import openpyxl
import pytest

from cadra.foundation.kernel.pack import pack
from cadra.steering.exchange import standard
from cadra.steering.exchange.columns import Columns, data_sheet
from cadra.steering.exchange.reading import Row, read_rows
from cadra.steering.exchange.tests.sheets import HEADS, LABELS, drita, iom, named, reference_fields, saved, sheet
from cadra.steering.exchange.workbook import Workbook


def read(stream: Any) -> tuple[Columns, list[Row]]:
    with Workbook(stream) as book:
        page, columns = data_sheet(book)
        return columns, list(read_rows(page, columns))


def problems(**values: Any) -> list[tuple[str, int, str]]:
    _, rows = read(named(drita(**values)))
    return [(one.code, one.row, one.column) for one in rows[0].problems]


def test_every_field_of_the_standard_has_its_place_and_its_compartment() -> None:
    assert len(reference_fields()) == 83
    assert sorted(standard.fields()) == sorted(reference_fields())
    assert list(standard.fields())[:3] == ["cas_CaseOwner", "prs_Salutation", "prs_FirstName"]


def test_ioms_spreadsheet_is_understood_with_its_misspelt_header_and_its_unnamed_column() -> None:
    columns, rows = read(iom(drita(cas_ReasonForOutgoingReferral="Other")))
    assert len(columns.fields) == 38
    assert columns.fields[20].id == "vic_TraffickingStatusDecisionMakingOrg"
    assert columns.fields[36].id == "cas_ReasonForOutgoingReferral"
    assert set(columns.slips) == {20, 36}
    assert rows[0].originals["cas_ReasonForOutgoingReferral"] == "Other"
    assert rows[0].number == 3


def test_the_unnamed_column_is_known_by_its_neighbour_when_the_labels_are_gone() -> None:
    columns, _ = read(sheet(HEADS, [1, *[None] * 34, "Other"]))
    assert columns.fields[36].id == "cas_ReasonForOutgoingReferral"
    assert columns.first_row == 2


def test_names_and_labels_that_disagree_are_both_told() -> None:
    columns, _ = read(iom(drita()))
    told = {(one.by_name, one.by_label) for one in columns.conflicts}
    assert ("prs_MailingCity", "prs_MailingStreet") in told
    assert len(told) == 4
    assert columns.by_labels().fields[14].id == "prs_MailingStreet"


def test_a_sheet_with_labels_alone_is_understood() -> None:
    columns, rows = read(sheet(["First Name", "Second Name", "Birthdate"], ["Drita", "Canary", dt.date(1990, 1, 31)]))
    assert rows[0].originals == {
        "prs_FirstName": "Drita",
        "prs_SecondName": "Canary",
        "prs_Birthdate": {"day": "1990-01-31"},
    }
    assert columns.first_row == 2


def test_the_forms_spelling_its_groups_and_its_ticks_are_understood() -> None:
    head = ["start", "group/prs_First_Name", "prs_Second_Name", "prs_Birthdate", "vic_Methods_of_Control/DebtBondage",
            "vic_Methods_of_Control/PhysicalAbuse", "vic_Methods_of_Control/Other"]  # fmt: skip
    columns, rows = read(sheet(head, ["x", "Drita", "Canary", "1990-01-31", 1, "1", 0]))
    assert columns.unknown == {1: "start"}
    assert rows[0].originals["vic_MethodsOfControl"] == "DebtBondage;PhysicalAbuse"
    assert rows[0].originals["prs_FirstName"] == "Drita"
    assert rows[0].unread == [1]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("ForcedLabour", ["ForcedLabour"]),
        ("Forced labour", ["ForcedLabour"]),
        ("ForcedLabour;SexualExploitation", ["ForcedLabour", "SexualExploitation"]),
        ("Forced labour, Sexual exploitation", ["ForcedLabour", "SexualExploitation"]),
        ("ForcedLabour SexualExploitation", ["ForcedLabour", "SexualExploitation"]),
        ("Forced military (by non-state actors)\nOther", ["ForcedMilitaryByNonStateActors", "Other"]),
    ],
)
def test_one_or_several_values_by_code_or_label(text: str, codes: list[str]) -> None:
    assert standard.codes_in(standard.fields()["vic_TypeOfExploitation"], text) == (codes, [])


def test_a_label_with_commas_is_one_value_and_a_trailing_blank_is_nothing() -> None:
    industry, control = (standard.fields()[name] for name in ("vic_ForcedLabourIndustry", "vic_MethodsOfControl"))
    assert standard.codes_in(industry, "Agriculture, forestry and fishing") == (["A_AgricultureForestryAndFishing"], [])
    assert standard.codes_in(control, "DebtBondage ") == (["DebtBondage"], [])


def test_what_the_standard_does_not_know_is_kept_and_told() -> None:
    _, rows = read(named(drita(vic_MethodOfRecruitment="AtWork;By a neighbour")))
    assert rows[0].strange == [("vic_MethodOfRecruitment", "By a neighbour")]
    assert rows[0].originals["vic_MethodOfRecruitment"] == "AtWork;By a neighbour"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("1870-05-01", "too_early"),
        ("2090-05-01", "in_future"),
        (dt.date(2090, 5, 1), "in_future"),
        ("31 January", "not_a_date"),
        ("1990-02-30", "not_a_date"),
        ("03/04/1990", "ambiguous_date"),
        (33000, "not_a_date"),
    ],
)
def test_a_date_nobody_can_have_is_a_problem_with_row_and_column(value: Any, code: str) -> None:
    assert problems(prs_Birthdate=value) == [(code, 2, "C")]


@pytest.mark.parametrize(
    "value", ["1990-01-31", "31.1.1990", "31/1/1990", "1/31/1990", dt.date(1990, 1, 31), "1990-01-31T00:00:00"]
)
def test_the_same_day_however_it_is_written(value: Any) -> None:
    assert problems(prs_Birthdate=value) == []


def test_a_plan_may_end_next_year_and_a_referral_may_not() -> None:
    ahead = f"{pack().today().year + 1}-06-01"
    assert problems(spl_PlannedEndDate=ahead) == []
    assert problems(cas_OutgoingReferralDate=ahead)[0][0] == "in_future"


def test_a_formula_is_refused_and_words_behind_an_equals_sign_are_words() -> None:
    book = openpyxl.load_workbook(named(drita()))
    book.active["A2"] = "=B2"
    _, rows = read(saved(book))
    assert [(one.code, one.row, one.column) for one in rows[0].problems] == [("formula", 2, "A")]
    _, rows = read(named(drita(prs_FirstName="=B2")))
    assert rows[0].problems == [] and rows[0].originals["prs_FirstName"] == "=B2"


def test_an_error_of_excel_and_a_wrong_number_are_problems() -> None:
    book = openpyxl.load_workbook(named(drita()))
    book.active["B2"] = "#REF!"
    book.active["B2"].data_type = "e"
    _, rows = read(saved(book))
    assert rows[0].problems[0].code == "excel_error"
    assert problems(vic_AgeWhenTrafficked="about ten")[0][0] == "not_a_number"
    assert problems(vic_AgeWhenTrafficked=200)[0][0] == "number_out_of_range"


def test_an_unknown_status_is_a_problem_because_it_would_decide() -> None:
    assert problems(vic_TraffickingStatus="Perhaps")[0][0] == "unknown_status"


def test_labels_of_the_template_are_its_second_row() -> None:
    assert len(HEADS) == len(LABELS) == 39
