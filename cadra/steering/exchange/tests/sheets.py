"""Spreadsheets for the tests, made by another program than ours (openpyxl), and running what the queue holds."""

import csv
import io
import json
from typing import Any
from uuid import UUID

import openpyxl

from cadra.steering.exchange import jobs, standard

HEADS = [
    None, "cas_CaseOwner", "prs_Salutation", "prs_FirstName", "prs_SecondName", "con_Consent", "prs_Birthdate",
    "prs_Gender", "prs_Citizenship", "prs_Title", "prs_Email", "prs_HomePhone", "prs_MobilePhone", "prs_MailingCity",
    "prs_MailingCountry", "prs_MailingState", "prs_MailingStreet", "prs_MailingPostalCode", "vic_TraffickingStatus",
    "vic_TraffickinStatusDecisionMakingOrg", "vic_MethodOfRecruitment", "vic_LocationOfRecruitment",
    "vic_MethodsOfControl", "vic_TypeOfExploitation", "vic_ForcedLabourIndustry", "vic_TypeOfSexExploitation",
    "vic_LocationOfExploitation", "cas_Status", "cas_ReferringOrganisation", "cas_IncomingReferralDate",
    "cas_ReferringPrimaryCaseWorker", "cas_ReasonForIncomingReferral", "cas_IncomingReferralDetails",
    "cas_ReferredOrganisation", "cas_ReferredPrimaryCaseWorker", None, "cas_OutgoingReferralDate",
    "cas_OutgoingReferralDetails", "cas_ReasonForCaseClosure",
]  # fmt: skip
"""The first row of IOM's spreadsheet of version 2.0, its misspelt header and its unnamed column as they are."""

LABELS = [
    None, "Case Owner", "Salutation", "First Name", "Second Name", "Consent", "Birthdate", "Gender", "Citizenship",
    "Title", "Email", "Home Phone", "Mobile Phone", "Mailing Street", "Mailing City", "Mailing State/Province",
    "Mailing Zip/Postal Code", "Mailing Country", "Trafficking Status",
    "Trafficking Status Decision Making Organization", "Method of Recruitment", "Location of Recruitment",
    "Methods of Control", "Type of Exploitation", "Forced Labour Industry", "Type of Sex Exploitation",
    "Location of Exploitation", "Status", "Referring Organisation", "Incoming Referral Date",
    "Referring Primary Case Worker", "Reason for Incoming Referral", "Incoming Referral Details",
    "Referred Organisation", "Referred Primary Case Worker", "Reason for Outgoing Referral", "Outgoing Referral Date",
    "Outgoing Referral Details", "Reason for Case Closure",
]  # fmt: skip
"""Its second row; the address labels do not agree with the names above them."""


def drita(**other: Any) -> dict[str, Any]:
    """An invented row by field id."""
    return {
        "prs_FirstName": "Drita",
        "prs_SecondName": "Canary",
        "prs_Birthdate": "1990-01-31",
        "prs_Gender": "Feminine",
        "prs_Citizenship": "AL",
        "prs_MobilePhone": "+355 00 123",
        "vic_TraffickingStatus": "ActualVictimOfTrafficking",
        "vic_TypeOfExploitation": "ForcedLabour;SexualExploitation",
        "vic_MethodOfRecruitment": "AtWork",
        "cas_ReferringOrganisation": "Border post",
        "cas_IncomingReferralDate": "2024-03-05",
        **other,
    }


def iom(*rows: dict[str, Any]) -> io.BytesIO:
    """IOM's own spreadsheet, filled with these rows."""
    places = [name and standard.by_header()[standard.plain(name)].id for name in HEADS]
    places[35] = "cas_ReasonForOutgoingReferral"
    return sheet(HEADS, LABELS, *[[n, *(row.get(str(p)) for p in places[1:])] for n, row in enumerate(rows, 1)])


def named(*rows: dict[str, Any]) -> io.BytesIO:
    """A sheet with one column for each field that a row has."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return sheet(names, *[[row.get(name) for name in names] for row in rows])


def sheet(*rows: list[Any]) -> io.BytesIO:
    """A workbook with one sheet of these rows; text stays text, also behind an equals sign."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Sheet1")
    for row in rows:
        page.append([_cell(page, value) for value in row])
    return saved(book)


def saved(book: Any) -> io.BytesIO:
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def _cell(page: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = openpyxl.cell.WriteOnlyCell(page, value=value)
    cell.data_type = "s"
    return cell


def run_jobs(house: Any) -> int:
    """Do what waits in the queue, as the worker would; returns how many jobs there were."""
    rows = house.sql(
        "DELETE FROM procrastinate_jobs WHERE task_name LIKE 'exchange.%%' RETURNING task_name, args", alias="owner"
    )
    for name, args in rows:
        given = args if isinstance(args, dict) else json.loads(args)
        act = jobs.check_run if name == "exchange.check" else jobs.work_run
        act(UUID(given["run"]), given["sealed_pass"])
    return len(rows)


def reference_fields() -> list[str]:
    """The field ids of the standard's own list."""
    lines = (standard.FOLDER / "fields.csv").read_text(encoding="utf-8").splitlines()
    return [row["field_id"] for row in csv.DictReader(lines)]
