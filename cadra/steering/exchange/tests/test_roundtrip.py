"""What came in goes out: every field, every value, as it stood."""

import datetime as dt
import io
from typing import Any

import openpyxl
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cadra.foundation.access.middleware import enter
from cadra.record.cases import actions as cases
from cadra.record.cases.models import Status
from cadra.record.people import actions as people
from cadra.record.people.models import Person
from cadra.steering.exchange import standard
from cadra.steering.exchange.actions import exporting, importing
from cadra.steering.exchange.columns import data_sheet
from cadra.steering.exchange.reading import cell_of, read_rows
from cadra.steering.exchange.tests.sheets import drita, named
from cadra.steering.exchange.workbook import Workbook

DANGEROUS = ["=1+1", "+355 00", "@SUM(A1)", "-2", '=HYPERLINK("http://x.example")', "\t=1"]
SCRIPTS = ["Дрита", "دريتا", "Ülkü Şahin", "🌸 Lule", "é" * 300, "_x0041_", "a\nb", " kept ", "ß<&>'\""]
TEXT = st.one_of(
    st.sampled_from(DANGEROUS + SCRIPTS),
    st.text(
        st.characters(blacklist_categories=("Cs", "Cc", "Cn"), blacklist_characters="￾￿"), min_size=1, max_size=300
    ),
).filter(lambda text: text.strip() and "_x" not in text or text == "_x0041_")
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2024, 1, 1))
CHECKS = st.booleans()


def value_for(one: standard.Field) -> st.SearchStrategy[Any]:
    if one.kind == "date":
        return st.one_of(DAYS, DAYS.map(dt.date.isoformat))
    if one.kind == "check":
        return CHECKS
    if one.kind == "number" and one.id in ("vic_AgeWhenTrafficked", "prs_NumberOfChildren"):
        return st.integers(0, 20)
    if one.kind in ("number", "place"):
        return st.floats(-80, 80, allow_nan=False).map(lambda number: round(number, 5))
    if one.choices:
        some = st.lists(st.sampled_from(sorted(one.choices)), min_size=1, max_size=3, unique=True)
        return some.map(";".join) if one.kind == "many" else st.sampled_from(sorted(one.choices))
    if one.codes:
        return st.sampled_from(["AL", "XK", "GR"]) if "3166" in one.codes else st.sampled_from(["sqi", "eng", "rom"])
    return TEXT


ALWAYS = ("prs_FirstName", "prs_SecondName", "prs_Gender")  # so that the sheet is known for what it is
VALUES = {name: value_for(one) for name, one in standard.fields().items()}
ROWS = st.fixed_dictionaries(
    {name: VALUES[name] for name in ALWAYS},
    optional={name: values for name, values in VALUES.items() if name not in ALWAYS},
)


def exported(house: Any) -> list[dict[str, Any]]:
    out = io.BytesIO()
    with house.as_("rea") as rea:
        exporting.write(actor=rea, out=out, purpose="transfer", run_id=rea.user_id)
    out.seek(0)
    with Workbook(out) as book:
        page, columns = data_sheet(book)
        return [{name: cell_of(value) for name, value in row.originals.items()} for row in read_rows(page, columns)]


def as_read(stream: io.BytesIO) -> list[dict[str, Any]]:
    with Workbook(stream) as book:
        page, columns = data_sheet(book)
        rows = list(read_rows(page, columns))
    assert [row.problems for row in rows] == [[] for _ in rows]
    return [row.originals for row in rows]


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(rows=st.lists(ROWS, min_size=1, max_size=4))
def test_any_rows_come_out_as_they_came_in(house: Any, rows: list[dict[str, Any]]) -> None:
    with house.as_("rea") as rea:
        originals = as_read(named(*rows))
        before = {row[0] for row in house.sql("SELECT id FROM people_person")}
        outcome = importing.import_rows(actor=rea, rows=originals)
    new = [{name: cell_of(value) for name, value in row.items()} for row in originals]
    found = exported(house)
    assert outcome.added + outcome.known == len(rows)
    assert all(row in found for row in new)
    assert len(found) == len(before) + outcome.added


def test_a_cell_that_looks_like_a_formula_goes_out_as_words(house: Any) -> None:
    with house.as_("rea") as rea:
        importing.import_rows(actor=rea, rows=[drita(prs_FirstName=text) for text in DANGEROUS[:5]])
    out = io.BytesIO()
    with house.as_("rea") as rea:
        exporting.write(actor=rea, out=out, purpose="transfer", run_id=rea.user_id)
    page = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    cells = [row[3] for row in page.iter_rows(min_row=3)]
    assert sorted(str(cell.value) for cell in cells) == sorted(DANGEROUS[:5])
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)


def test_the_export_has_every_field_under_its_right_name_in_ioms_order(house: Any) -> None:
    out = io.BytesIO()
    with house.as_("rea") as rea:
        exporting.write(actor=rea, out=out, purpose="transfer", run_id=rea.user_id)
    page = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    names = [cell.value for cell in page[1]]
    assert names[1:5] == ["cas_CaseOwner", "prs_Salutation", "prs_FirstName", "prs_SecondName"]
    assert len(names) == 84
    assert names[35] == "cas_ReasonForOutgoingReferral"


def test_what_the_export_gives_changes_nothing_when_it_is_imported(house: Any) -> None:
    with house.as_("rea") as rea:
        importing.import_rows(actor=rea, rows=[drita(prs_FirstName=f"Drita {n}") for n in range(5)])
    out = io.BytesIO()
    with house.as_("rea") as rea:
        exporting.write(actor=rea, out=out, purpose="transfer", run_id=rea.user_id)
    with house.as_("rea") as rea:
        again = importing.import_rows(actor=rea, rows=as_read(out))
    assert (again.added, again.known) == (0, 5)


def test_what_has_changed_since_goes_out_as_it_is_now(house: Any) -> None:
    with house.as_("rea") as rea:
        importing.import_rows(actor=rea, rows=[drita(prs_MiddleName="E", cco_CaseComment="As told")])
    with house.as_("rea") as rea:
        person = Person.objects.get()
        people.save_identity(
            actor=rea,
            person=person,
            names=[{"given": "Mira", "family": "Canary", "note": ""}],
            birth={"date": "1991-02-03", "year": 1991, "place": ""},
        )
        cases.set_status(actor=rea, person=person, status=Status.NOT_IDENTIFIED)
    (row,) = exported(house)
    assert row["prs_FirstName"] == "Mira" and "prs_MiddleName" not in row
    assert row["prs_Birthdate"] == dt.date(1991, 2, 3)
    assert row["vic_TraffickingStatus"] == "NotAVictimOfTrafficking"
    assert (row["cco_CaseComment"], row["prs_MobilePhone"]) == ("As told", "+355 00 123")


def test_a_file_that_never_was_in_a_spreadsheet_goes_out_too(house: Any) -> None:
    with house.as_("rea") as rea:
        person = people.open_file(actor=rea)
        people.save_identity(
            actor=rea, person=person, names=[{"given": "Lule", "family": "Fushë", "note": ""}], birth={}
        )
        people.save_profile(actor=rea, person=person, sex="female", languages=["sq"], nationality=["AL"])
        cases.open_case(actor=rea, person=person, first_contact_at=person.created_at, forms=["forced_labour"])
    (row,) = exported(house)
    assert (row["prs_FirstName"], row["prs_Gender"], row["prs_PrimaryLanguage"]) == ("Lule", "Feminine", "sqi")
    assert (row["vic_TraffickingStatus"], row["vic_TypeOfExploitation"]) == (
        "PossibleVictimOfTrafficking",
        "ForcedLabour",
    )


def test_every_person_in_an_export_can_see_it(house: Any) -> None:
    with house.as_("rea") as rea:
        importing.import_rows(actor=rea, rows=[drita(prs_FirstName=f"Drita {n}") for n in range(3)])
    exported(house)
    entries = house.sql("SELECT cardinality(subjects), purpose FROM ledger_entry WHERE verb = 'exported'")
    assert entries == [(3, "transfer")]


def test_nothing_is_exported_of_a_file_that_is_not_hers(house: Any) -> None:
    with house.as_("zana") as zana:
        people.open_file(actor=zana)
    with house.as_("rea") as rea, transaction.atomic():
        enter(rea)
    assert exported(house) == []
