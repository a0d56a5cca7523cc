"""What one row of each file of a country pack holds. Field names are the names of the columns or keys."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from cadra.foundation.kernel.answers import Answer
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack.text import Text


def _split(value: Any) -> Any:
    """`a;b;c` in a CSV cell, a list in TOML."""
    return tuple(part.strip() for part in value.split(";") if part.strip()) if isinstance(value, str) else value


def _yes_no(value: Any) -> Any:
    """`yes` or `no` in a CSV cell, true or false in TOML."""
    if value in ("yes", "no"):
        return value == "yes"
    if isinstance(value, bool):
        return value
    raise ValueError(f"'{value}' must be yes or no")


def _distinct(value: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(value)) != len(value):
        raise ValueError("the same code is named twice")
    return value


Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$")]
Codes = Annotated[tuple[Code, ...], BeforeValidator(_split), AfterValidator(_distinct)]
Compartments = Annotated[tuple[Compartment, ...], BeforeValidator(_split), AfterValidator(_distinct)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ]*$")]
Unit = Literal["minutes", "hours", "days", "working_days", "months", "years"]


class Row(BaseModel):
    """Base of every row: frozen, and strict about names it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Entry(Row):
    """A row with a stable code and wording; `str(entry)` is the wording in the current language."""

    code: Code
    text: Text

    def label(self, language: str | None = None) -> str:
        """The wording in `language`, by default the language of the page."""
        return self.text.label(language)

    def __str__(self) -> str:
        return self.text.label()


class Hinted(Entry):
    """An entry with an optional sentence of explanation."""

    hint: Text | None = None


class Area(Entry):
    """A region, a municipality in a region, or a border point, airport or port."""

    kind: Literal["region", "municipality", "land_crossing", "airport", "seaport"]
    parent: Code | None = None
    former: Text | None = None
    iso: str = ""

    @property
    def crossing(self) -> bool:
        """Whether people cross the border here."""
        return self.kind not in ("region", "municipality")


class Country(Entry):
    """A country or 'other', for places abroad and nationalities. Codes are ISO 3166-1 alpha-2."""


class IndicatorGroup(Hinted):
    """A group of indicators; `form` is the form of exploitation it speaks of, if one."""

    form: Code | None = None


class Element(Hinted):
    """An element of trafficking an indicator speaks of: act, means, purpose, or context."""


class Indicator(Entry):
    """A sign that someone may need protection. Never proof, never a score."""

    group: Code
    applies_to: Literal["both", "adult", "child"]
    element: Code
    immediate_risk: YesNo

    def applies(self, *, child: bool) -> bool:
        """Whether it is looked for with a child, or with an adult."""
        return self.applies_to in ("both", "child" if child else "adult")


class Form(Hinted):
    """A form of exploitation; `htcds` is its value in IOM's data standard."""

    htcds: str = ""


class Service(Hinted):
    """A type of service; `pillar` 1 to 4 of the mechanism; `domains` of life it serves."""

    pillar: Annotated[int, Field(ge=1, le=4)]
    htcds: str = ""
    domains: Codes = ()


class Reason(Hinted):
    """A reason for a decision; `outcomes` are the statuses it may stand for."""

    outcomes: Codes


class StageReason(Hinted):
    """A reason to move a file on; `moves` are what it may stand for."""

    moves: Annotated[tuple[Literal["support", "inclusion", "closed", "reopened"], ...], BeforeValidator(_split)]


class DeclineReason(Entry):
    """A reason why help was declined, and what the service can change."""

    family: Code
    response: Text


class Phase(Hinted):
    """A phase of the way back, in months since entry, both included."""

    from_month: Annotated[int, Field(ge=0, le=600)]
    until_month: Annotated[int, Field(ge=0, le=600)]


class Checklist(Hinted):
    """A checklist, for one phase or at any time."""

    phase: Code | None = None


class ChecklistItem(Entry):
    """One thing to do."""

    checklist: Code


class Domain(Entry):
    """A domain in which life after exploitation is looked at, with what a good outcome is."""

    beneficiary: Literal["primary", "secondary"]
    good_outcome: Text


class Step(Entry):
    """A step of the outcome scale; `value` 0 means not assessed."""

    value: Annotated[int, Field(ge=0, le=10)]


class Question(Entry):
    """A monitoring question or tool."""

    section: str
    topic: Code
    kind: Literal["question", "tool", "victim_satisfaction"]
    answer_type: Literal["text", "scale5", "yes_no", "days", "count", "done_not_done"]


class InstitutionKind(Hinted):
    """A kind of institution; says what its users may be asked to do in the mechanism."""

    sector: Literal["state", "municipal", "regional", "ngo", "international", "independent", "private", "mixed"]
    pair_side: Literal["police", "social", ""] = ""
    holds_files: YesNo = False
    gives_services: YesNo = False
    refers: YesNo = False


class Actor(Entry):
    """An institution or body of the mechanism known to exist; `kind` when it can work in the software."""

    sector: str
    role: Code
    kind: Code | None = None
    existence_verified: YesNo


class Language(Entry):
    """A language someone may need an interpreter for. Codes are ISO 639."""


class EntryPoint(Hinted):
    """Where someone came into view; `place` says which place is asked for."""

    place: Literal["crossing", "municipality", "abroad", "any"]


class EmergencyNumber(Hinted):
    """A number to ring. `verified` only when a source says it works; otherwise the page says to check it."""

    number: Phone
    verified: YesNo
    verified_on: dt.date | None = None
    note: Text


class SafetyAnswer(Row):
    """What to do at once for one answer to a safety question; `ring` are codes of emergency numbers."""

    answer: Answer
    urgent: bool = False
    steps: tuple[Text, ...] = ()
    ring: Codes = ()


class SafetyQuestion(Hinted):
    """A question about the next minutes."""

    answers: tuple[SafetyAnswer, ...]

    def answer(self, answer: str) -> SafetyAnswer:
        """What to do for `answer`; nothing to do when the pack says nothing."""
        for known in self.answers:
            if known.answer == answer:
                return known
        return SafetyAnswer(answer=Answer(answer))


class Explanation(Entry):
    """One of the explanations before consent: title, what is said, the same for a child, a check."""

    body: Text
    child_body: Text
    check: Text


class AgeBasis(Hinted):
    """How an age is known; `in_doubt` opens the child path whatever the number."""

    in_doubt: YesNo
    margin: YesNo = False


class Recipient(Hinted):
    """A kind of recipient she may allow, in words said to her; whom it means; what may be asked for."""

    kinds: Codes
    may_receive: Compartments
    purpose: Code
    at_intake: YesNo


class DataCategory(Hinted):
    """A compartment in words said to the person. `code` is the compartment."""

    code: Compartment  # type: ignore[assignment]


class Status(Hinted):
    """A status of identification. `to_person` is what she reads; `abbreviation` the official one, '' without any."""

    short: Text
    abbreviation: str = ""
    to_person: Text
    htcds: str
    order: Annotated[int, Field(ge=0, le=20)]

    @property
    def full(self) -> str:
        """In full, the official abbreviation after it."""
        return f"{self} ({self.abbreviation})" if self.abbreviation else str(self)


class AgeRule(Entry):
    """An age in years that law or practice sets, in force from `starts`."""

    value: Annotated[int, Field(ge=0, le=130)]
    starts: dt.date
    ends: dt.date | None = None
    verified: YesNo
    source: str = Field(min_length=1)
    note: Text | None = None


class Limit(Entry):
    """A time limit in force from `starts`. Not verified means: a setting, and `note` says whom to ask."""

    value: Annotated[int, Field(ge=0, le=100_000)]
    unit: Unit
    starts: dt.date
    ends: dt.date | None = None
    verified: YesNo
    source: str = Field(min_length=1)
    note: Text | None = None


class Target(Entry):
    """A figure the mechanism compares itself with; `value` None when it is only followed."""

    unit: Literal["percent", "count", "days", "working_days", "hours"]
    value: Annotated[int, Field(ge=0, le=100_000)] | None = None
    verified: YesNo
    source: str = Field(min_length=1)


class Holiday(Row):
    """A day that is not a working day: `day` is 2026-11-28, or 11-28 for every year."""

    day: Annotated[str, StringConstraints(pattern=r"^(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
    text: Text
    verified: YesNo


class ElementRule(Row):
    """Elements the guidance looks for. Shown as covered or not; never a score, never a decision."""

    adult: Codes
    child: Codes
    source: str
    verified: bool


class Publishing(Row):
    """Smallest number of persons a cell of a figure may show; smallest kind of area ever shown of a shelter."""

    minimum_cell: Annotated[int, Field(ge=2, le=1000)]
    minimum_cell_inside: Annotated[int, Field(ge=2, le=1000)]
    shelter_area: Literal["country", "region", "municipality"]
    source: str


class Money(Row):
    """How money is spent: above `approval_above` (whole units) a second person approves; `no_funds` is the reason for
    declining that stands for a need nobody could pay for."""

    approval_above: Annotated[int, Field(ge=0, le=1_000_000_000)]
    no_funds: Code
    source: str
    verified: bool


class PackFile(Row):
    """`pack.toml`: what the country is."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    text: Text
    zone: str
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    reference_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}$")]
    weekend: tuple[Annotated[int, Field(ge=1, le=7)], ...]
    review_months: tuple[Annotated[int, Field(ge=0, le=600)], ...]
    elements: ElementRule
    publishing: Publishing
    money: Money
    code_of_conduct: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9\-]+$")]
    needs: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9\-]+$")]
    protection: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9\-]+$")]
    betraying: tuple[Annotated[str, StringConstraints(min_length=3, to_lower=True)], ...]
    programme_rules: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9\-]+$")]


class SafetyFile(Row):
    """`safety.toml`: the questions about the next minutes, and what to do on a sign of immediate risk."""

    immediate_risk: SafetyAnswer
    question: tuple[SafetyQuestion, ...]


class ExplanationsFile(Row):
    """`explanations.toml`: the explanations, with the version that a consent remembers."""

    version: str = Field(min_length=1)
    explanation: tuple[Explanation, ...]


class WordingFile(Row):
    """`wording.toml`: sentences a page needs, by code."""

    wording: dict[str, Text]


class Wording(Entry):
    """A sentence of the pack, by code."""
