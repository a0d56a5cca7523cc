"""Between a row of the standard and a file: what each field becomes, and back again for the export.

Every original value is kept sealed as it came (`models.Original`). On the way out it stands, unless what it had
become has changed since: then the file's present value is written.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from cadra.foundation.kernel.pack import pack
from cadra.record.cases.models import Stage, Status
from cadra.stages.identification.queries import assigning
from cadra.steering.exchange import standard
from cadra.steering.exchange.reading import NotADate, Originals, as_date, text_of

NAMES = ("prs_FirstName", "prs_MiddleName", "prs_SecondName")
PHONES = ("prs_MobilePhone", "prs_HomePhone")
ADDRESS = ("prs_MailingStreet", "prs_MailingPostalCode", "prs_MailingCity", "prs_MailingState", "prs_MailingCountry")
SEXES = {
    "Feminine": "female",
    "TransgenderFeminine": "female",
    "Masculine": "male",
    "TransgenderMasculine": "male",
    "NonConforming": "other",
}
SEX_CODES = {"female": "Feminine", "male": "Masculine", "other": "NonConforming"}
CLOSED = ("Closed", "ClosedReferred")
UNREAD_DOCUMENT = "other"


@dataclass
class Person:
    """What a row becomes, in the shapes of `people.models` and `cases.models`."""

    profile: dict[str, Any]
    identity: dict[str, Any]
    contact: dict[str, Any]
    coded: dict[str, Any]
    stage: Stage
    opened_at: dt.datetime | None
    closed_at: dt.datetime | None
    notes: dict[str, str] = field(default_factory=dict)


def person_of(originals: Originals) -> Person:
    """The file a row becomes. Nothing is guessed: what a row does not say stays empty."""
    profile, contacted = profile_of(originals), _day(originals, "cas_IncomingReferralDate")
    coded = {
        **assigning.coded(profile),
        "status": status_of(originals),
        "forms": forms_of(originals),
        "is_child": pack().presumed_child(profile["age"]["years"], profile["age"]["basis"]),
    }
    stage = stage_of(originals, coded["status"])
    closed = _day(originals, "spl_ActualEndDate", "cas_OutgoingReferralDate") if stage == Stage.CLOSED else None
    return Person(
        profile=profile,
        identity=identity_of(originals),
        contact=contact_of(originals),
        coded=coded,
        stage=stage,
        opened_at=_noon(contacted),
        closed_at=_noon(closed),
        notes=notes_of(originals),
    )


def identity_of(originals: Originals) -> dict[str, Any]:
    """Names, birth and documents; salutation and title, which have no place of their own, under `other`."""
    given = " ".join(filter(None, (_text(originals, "prs_FirstName"), _text(originals, "prs_MiddleName"))))
    family = _text(originals, "prs_SecondName")
    born = _day(originals, "prs_Birthdate")
    number = _text(originals, "prs_IdentityNumber")
    extra = {name: _text(originals, name) for name in ("prs_Salutation", "prs_Title") if _text(originals, name)}
    return {
        "names": [{"given": given, "family": family, "note": ""}] if given or family else [],
        "birth": {"date": born.isoformat() if born else None, "year": born.year if born else None, "place": ""},
        "documents": [{"kind": UNREAD_DOCUMENT, "number": number, "country": ""}] if number else [],
        "other": {"htcds": extra} if extra else {},
    }


def profile_of(originals: Originals) -> dict[str, Any]:
    """Languages, sex, age and nationality. The name she goes by is hers to say: a spreadsheet does not know it."""
    spoken = [*_codes(originals, "prs_PrimaryLanguage"), *_codes(originals, "prs_SecondaryLanguage")]
    born = _day(originals, "prs_Birthdate")
    genders = _codes(originals, "prs_Gender")
    return {
        "called": "",
        "languages": list(dict.fromkeys(standard.language_of(code) for code in spoken)),
        "interpreter": {},
        "sex": SEXES.get(genders[0], "") if genders else "",
        "age": {
            "basis": "stated" if born else "",
            "years": _years(born, pack().today()) if born else None,
            "birth_year": born.year if born else None,
        },
        "nationality": _codes(originals, "prs_Citizenship"),
    }


def contact_of(originals: Originals) -> dict[str, Any]:
    """Telephones, mail and address. Whether any of them is safe was not asked."""
    channels = [
        {"kind": kind, "value": value, "safe": "not_asked"}
        for kind, value in (
            *(("phone", _text(originals, name)) for name in PHONES),
            ("email", _text(originals, "prs_Email")),
        )
        if value
    ]
    address = ", ".join(filter(None, (_text(originals, name) for name in ADDRESS)))
    return {"channels": channels, "rules": {}, "whereabouts": {"place": "", "address": address} if address else {}}


def status_of(originals: Originals) -> str:
    """The country's status for a status of the standard; without one she is presumed, with the same right to help."""
    codes = _codes(originals, "vic_TraffickingStatus")
    known = [status for status in pack().statuses if codes and status.htcds == codes[0]]
    return max(known, key=lambda status: status.order).code if known else str(Status.PRESUMED)


def forms_of(originals: Originals) -> list[str]:
    """The country's forms of exploitation. Those it has no word for become the form that stands for `Other`."""
    by_code: dict[str, str] = {}
    for form in pack().forms_of_exploitation:
        # `Other` is the last of its kind in a pack: the one that means nothing more than that.
        if form.htcds not in by_code or form.htcds == "Other":
            by_code[form.htcds] = form.code
    codes = _codes(originals, "vic_TypeOfExploitation")
    return list(dict.fromkeys(by_code.get(code, by_code.get("Other", "")) for code in codes))


def stage_of(originals: Originals, status: str) -> Stage:
    """Closed when the row says so; support once she is known to the mechanism; else identification."""
    if any(code in CLOSED for code in _codes(originals, "cas_Status")):
        return Stage.CLOSED
    return Stage.SUPPORT if status in (Status.POTENTIAL, Status.IDENTIFIED) else Stage.IDENTIFICATION


def notes_of(originals: Originals) -> dict[str, str]:
    """Compartment → what the row tells in words and codes, line by line, so that whoever opens the part can read it."""
    lines: dict[str, list[str]] = {}
    for name, one in standard.fields().items():
        if name in originals and one.compartment in ("story", "support", "justice"):
            lines.setdefault(str(one.compartment), []).append(f"{one.label}: {_words(one, originals[name])}")
    return {part: "\n".join(found) for part, found in lines.items()}


def current(originals: Originals, now: "Current") -> Originals:
    """The row of the export: the originals, with the file's present values where these have changed since."""
    row = dict(originals)
    _names_now(row, originals, now)
    if now.profile is not None:
        _profile_now(row, originals, now.profile)
    if now.contact is not None:
        _contact_now(row, originals, now.contact)
    if now.status != status_of(originals) or not originals:
        known = pack().statuses.get(now.status)
        _put(row, "vic_TraffickingStatus", known.htcds if known else "")
    if set(now.forms) != set(forms_of(originals)):
        found = [form.htcds for form in pack().forms_of_exploitation if form.code in now.forms and form.htcds]
        _put(row, "vic_TypeOfExploitation", ";".join(dict.fromkeys(found)))
    was_closed = stage_of(originals, now.status) == Stage.CLOSED
    if (now.stage == Stage.CLOSED) != was_closed or not originals:
        _put(row, "cas_Status", "Closed" if now.stage == Stage.CLOSED else "Active")
    if not originals and now.first_contact is not None:
        _put(row, "cas_IncomingReferralDate", {"day": now.first_contact.isoformat()})
    return row


@dataclass(frozen=True)
class Current:
    """A file as it is now, opened. None for a part that is not open to whoever exports."""

    identity: dict[str, Any] | None
    profile: dict[str, Any] | None
    contact: dict[str, Any] | None
    status: str
    forms: list[str]
    stage: str
    first_contact: dt.date | None


def _names_now(row: Originals, originals: Originals, now: "Current") -> None:
    if now.identity is None:
        return
    before = identity_of(originals)
    first: dict[str, str] = next(iter(now.identity.get("names") or []), {})
    was: dict[str, str] = next(iter(before["names"]), {})
    if (first.get("given", ""), first.get("family", "")) != (was.get("given", ""), was.get("family", "")):
        _put(row, "prs_FirstName", first.get("given", ""))
        _put(row, "prs_MiddleName", "")
        _put(row, "prs_SecondName", first.get("family", ""))
    birth = now.identity.get("birth") or {}
    if birth.get("date") != before["birth"]["date"]:
        _put(row, "prs_Birthdate", {"day": birth["date"]} if birth.get("date") else "")
    number = next((paper.get("number") for paper in now.identity.get("documents") or []), "") or ""
    if number != next((paper["number"] for paper in before["documents"]), ""):
        _put(row, "prs_IdentityNumber", number)


def _profile_now(row: Originals, originals: Originals, profile: dict[str, Any]) -> None:
    before = profile_of(originals)
    if (profile.get("sex") or "") != before["sex"]:
        _put(row, "prs_Gender", SEX_CODES.get(str(profile.get("sex")), "NonSpecifiedUnknown"))
    if list(profile.get("nationality") or []) != before["nationality"]:
        _put(row, "prs_Citizenship", ";".join(profile.get("nationality") or []))
    if list(profile.get("languages") or []) != before["languages"]:
        spoken = [code for language in profile.get("languages") or [] if (code := standard.code_of_language(language))]
        _put(row, "prs_PrimaryLanguage", spoken[0] if spoken else "")
        _put(row, "prs_SecondaryLanguage", spoken[1] if len(spoken) > 1 else "")


def _contact_now(row: Originals, originals: Originals, contact: dict[str, Any]) -> None:
    before = contact_of(originals)
    for kind, names in (("phone", PHONES), ("email", ("prs_Email",))):
        values = [one.get("value", "") for one in contact.get("channels") or [] if one.get("kind") == kind]
        if values != [one["value"] for one in before["channels"] if one["kind"] == kind]:
            for place, name in enumerate(names):
                _put(row, name, values[place] if place < len(values) else "")
    address = (contact.get("whereabouts") or {}).get("address", "")
    if address != before["whereabouts"].get("address", ""):
        for name in ADDRESS:
            _put(row, name, address if name == "prs_MailingStreet" else "")


def _put(row: Originals, name: str, value: Any) -> None:
    row.pop(name, None)
    if value not in ("", None):
        row[name] = value


def _codes(originals: Originals, name: str) -> list[str]:
    if name not in originals:
        return []
    return standard.codes_in(standard.fields()[name], text_of(originals[name]))[0]


def _text(originals: Originals, name: str) -> str:
    return text_of(originals.get(name, "")).strip()


def _day(originals: Originals, *names: str) -> dt.date | None:
    for name in names:
        if name in originals:
            try:
                return as_date(originals[name])
            except NotADate:
                continue
    return None


def _noon(day: dt.date | None) -> dt.datetime | None:
    """A date without a time, as a moment nobody's clock moves to another day."""
    return dt.datetime.combine(day, dt.time(12), pack().zone) if day else None


def _years(born: dt.date, on: dt.date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _words(one: standard.Field, original: Any) -> str:
    if one.kind not in ("pick", "many") or one.codes != "own":
        return text_of(original)
    codes, strange = standard.codes_in(one, text_of(original))
    return ", ".join([*(one.choices[code] for code in codes), *strange])
