"""What is counted, as SQL: persons, referrals, requests to services, offers, ratings. No other module of monitoring has
SQL about them, and this SQL names no column but those granted to the role of figures.

Each `rows` gives one row per thing: `person` (the file's id, to count persons), `quarter` (1 to 4), `area` (a region,
"abroad" or "not_known"), the codes it is counted by, and for each waiting time NAME_wait (seconds; of what is still
open: until now) and NAME_open.
"""
# ruff: noqa: S608 - statements are put together from fixed texts of this app; values travel apart

from dataclasses import dataclass

from cadra.steering.monitoring.suppression import Pair

UNKNOWN = "not_known"
ABROAD = "abroad"


@dataclass(frozen=True)
class Subject:
    """One kind of thing. `parts`: a line on which one thing can be several times, as a select of its own.

    `part_crosses`: (line, part). `unframed`: lines so long, or so much a part of another, that they are shown for the
    whole year and country only.
    """

    rows: str
    codes: tuple[str, ...]
    waits: dict[str, tuple[str, ...]]
    parts: dict[str, str]
    also_crossed: tuple[Pair, ...] = ()
    part_crosses: tuple[Pair, ...] = ()
    unframed: frozenset[str] = frozenset({"service", "provider", "reason", "refusal", "ended"})
    once: bool = False

    @property
    def axes(self) -> tuple[str, ...]:
        return ("quarter", "area", *self.codes)

    @property
    def crosses(self) -> tuple[Pair, ...]:
        """A quarter or an area with every line: never both, so that nothing is crossed more than once."""
        framed = tuple((frame, axis) for axis in self.codes if axis not in self.unframed for frame in FRAMES)
        return (*framed, *self.also_crossed)

    def along(self, part: str) -> tuple[str, ...]:
        """The lines a part is crossed with."""
        frames = () if part in self.unframed else FRAMES
        return (*frames, *(axis for axis, crossed in self.part_crosses if crossed == part))

    @property
    def lines(self) -> tuple[str, ...]:
        return (*self.axes, *self.parts)


FRAMES = ("quarter", "area")
#: She did not get what was offered, or not wholly; the last two are the service's own doing.
NOT_TAKEN = ("declined", "not_now", "partly", "not_offered", "excluded")
NOT_GOT = tuple(decision for decision in NOT_TAKEN if decision != "partly")

PLACE = "place AS (SELECT * FROM unnest(%(areas)s::text[], %(places)s::text[]) AS p (area, code))"
WHEN = "{0} >= (%(quarters)s::timestamptz[])[1] AND {0} < (%(quarters)s::timestamptz[])[5]"
QUARTER = "width_bucket({0}, %(quarters)s::timestamptz[])::text AS quarter"
AREA = f"coalesce(p.code, '{UNKNOWN}') AS area"


def _known(column: str, codes: str) -> str:
    return f"CASE WHEN {column} = ANY (%({codes})s::text[]) THEN {column} ELSE '{UNKNOWN}' END"


def _wait(name: str, start: str, end: str) -> str:
    seconds = f"extract(epoch FROM coalesce({end}, %(now)s::timestamptz) - {start})::bigint"
    return f"greatest(0, {seconds}) AS {name}_wait, {end} IS NULL AS {name}_open"


def _parts(column: str, values: str, codes: str, *, along: tuple[str, ...] = (), only: str = "true") -> str:
    """One row for each code that the values of an array stand for; `values` and `codes` are two lists side by side.

    `along`: other lines it is crossed with. `only`: of which things.
    """
    names = "".join(f", o.{axis}" for axis in ("quarter", "area", *along))
    return (
        f"SELECT DISTINCT o.thing, o.person{names}, coalesce(x.code, '{UNKNOWN}') AS part FROM one o"
        f" LEFT JOIN LATERAL (SELECT m.code FROM unnest(%({values})s::text[], %({codes})s::text[]) AS m (value, code)"
        f" WHERE m.value = ANY (o.{column})) x ON true WHERE {only}"
    )


def _listed(codes: tuple[str, ...]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


AGE = """CASE WHEN c.age_group = ANY (%(ages)s::text[]) THEN c.age_group
             WHEN c.is_child THEN 'child' ELSE 'adult' END AS age"""


PERSONS = Subject(
    rows=f"""
    SELECT c.case_id AS thing, c.case_id AS person, {QUARTER.format("c.opened_at")}, {AREA}, c.forms,
        ARRAY[(SELECT k.reason FROM cases_closing k WHERE k.case_id = c.case_id AND k.confirmed_at IS NOT NULL
            ORDER BY k.confirmed_at DESC LIMIT 1)] AS ended,
        {_known("c.status", "statuses")} AS status,
        {_known("c.sex", "sexes")} AS sex,
        {AGE},
        {_known("c.entry_point", "entry_points")} AS entry,
        CASE WHEN c.first_help_at IS NOT NULL THEN 'came' WHEN c.closed_at IS NOT NULL THEN 'closed'
             ELSE 'waiting' END AS help,
        greatest(0, extract(epoch FROM coalesce(c.first_help_at, c.closed_at, %(now)s::timestamptz)
            - coalesce(c.first_contact_at, c.opened_at))::bigint) AS help_wait,
        c.first_help_at IS NULL AS help_open
    FROM cases_case c LEFT JOIN place p ON p.area = c.area
    WHERE {WHEN.format("c.opened_at")}""",
    codes=("status", "sex", "age", "entry", "help"),
    waits={"help": ("quarter", "area", "sex", "age", "entry")},
    parts={
        "form": _parts("forms", "forms", "forms", along=("help",)),
        "ended": _parts("ended", "endings", "endings", only="o.help = 'closed'"),
    },
    also_crossed=(("sex", "help"), ("age", "help"), ("entry", "help")),
    part_crosses=(("help", "form"),),
    once=True,
)

REFERRALS = Subject(
    rows=f"""
    SELECT r.id AS thing, r.case_id AS person, {QUARTER.format("r.sent_at")}, {AREA},
        CASE WHEN r.acknowledged_at IS NULL THEN 'waiting' ELSE 'done' END AS acknowledged,
        CASE WHEN r.assigned_at IS NULL THEN 'waiting' ELSE 'done' END AS assigned,
        CASE WHEN d.signed_at IS NULL THEN 'waiting' ELSE 'done' END AS decided,
        CASE WHEN h.given_at IS NULL THEN 'not_yet' ELSE 'done' END AS helped,
        {_wait("acknowledged", "r.sent_at", "r.acknowledged_at")},
        {_wait("assigned", "r.sent_at", "r.assigned_at")},
        {_wait("decided", "r.sent_at", "d.signed_at")}
    FROM identification_referral r LEFT JOIN place p ON p.area = r.area
    LEFT JOIN (SELECT i.id, min(e.signed_at) AS signed_at FROM identification_referral i
               JOIN identification_decision e ON e.case_id = i.case_id AND e.signed_at >= i.sent_at
               WHERE {WHEN.format("i.sent_at")} GROUP BY i.id) d ON d.id = r.id
    LEFT JOIN (SELECT i.id, min(e.recorded_at) AS given_at FROM identification_referral i
               JOIN support_delivery e ON e.case_id = i.case_id AND e.recorded_at >= i.sent_at
               WHERE {WHEN.format("i.sent_at")} GROUP BY i.id) h ON h.id = r.id
    WHERE r.state <> 'draft' AND {WHEN.format("r.sent_at")}""",
    codes=("acknowledged", "assigned", "decided", "helped"),
    waits=dict.fromkeys(("acknowledged", "assigned", "decided"), ("quarter", "area")),
    parts={},
)

REQUESTS = Subject(
    rows=f"""
    SELECT s.id AS thing, s.case_id AS person, {QUARTER.format("s.sent_at")}, {AREA},
        CASE WHEN s.state IN ('withdrawn', 'closed_by_consent') THEN 'closed' ELSE s.state END AS state,
        CASE WHEN s.started_at IS NULL THEN 'not_yet' ELSE 'done' END AS begun,
        {_known("s.service", "services")} AS service, {_known("n.kind", "kinds")} AS provider,
        ARRAY[s.answer_reason] AS refusals,
        {_wait("answered", "s.sent_at", "coalesce(t.answered_at, s.answered_at)")},
        s.state IN ('withdrawn', 'closed_by_consent') AND coalesce(t.answered_at, s.answered_at) IS NULL AS unanswered
    FROM support_servicereferral s
    LEFT JOIN network_desk k ON k.principal = s.desk LEFT JOIN network_institution n ON n.id = k.institution_id
    LEFT JOIN cases_case c ON c.case_id = s.case_id LEFT JOIN place p ON p.area = c.area
    LEFT JOIN (SELECT referral_id, min(at) AS answered_at FROM support_turn
               WHERE state IN ('accepted', 'waiting_list', 'refused') GROUP BY 1) t ON t.referral_id = s.id
    WHERE {WHEN.format("s.sent_at")}""",
    codes=("service", "provider", "state", "begun"),
    waits={"answered": ("quarter", "area", "service", "provider")},
    parts={"refusal": _parts("refusals", "refusals", "refusals", only="o.state = 'refused'")},
    also_crossed=(("service", "state"), ("provider", "state")),
)

OFFERS = Subject(
    rows=f"""
    SELECT o.id AS thing, o.case_id AS person, {QUARTER.format("o.offered_at")}, {AREA},
        CASE WHEN o.decision = '' THEN 'waiting' ELSE o.decision END AS decision,
        {_known("o.service", "services")} AS service, {_known("c.sex", "sexes")} AS sex, {AGE}
    FROM support_offer o
    LEFT JOIN cases_case c ON c.case_id = o.case_id LEFT JOIN place p ON p.area = c.area
    WHERE {WHEN.format("o.offered_at")}""",
    codes=("service", "sex", "age", "decision"),
    waits={},
    parts={},
    also_crossed=(("service", "decision"), ("sex", "decision"), ("age", "decision")),
    unframed=frozenset({"service", "sex", "age"}),
)

#: Offers that did not help her, or not wholly; `reasons` are those of the latest time this was said.
DECLINED = Subject(
    rows=f"""
    SELECT DISTINCT ON (o.id) o.id AS thing, o.case_id AS person, {QUARTER.format("o.offered_at")}, {AREA}, d.reasons,
        {_known("o.service", "services")} AS service, {_known("c.sex", "sexes")} AS sex, {AGE}
    FROM support_offer o
    LEFT JOIN cases_case c ON c.case_id = o.case_id LEFT JOIN place p ON p.area = c.area
    LEFT JOIN support_offerdecision d ON d.offer_id = o.id AND d.decision IN ({_listed(NOT_TAKEN)})
    WHERE o.decision IN ({_listed(NOT_TAKEN)}) AND {WHEN.format("o.offered_at")}
    ORDER BY o.id, d.decided_at DESC""",
    codes=("service", "sex", "age"),
    waits={},
    parts={
        "family": _parts("reasons", "reasons", "families", along=("service", "sex", "age")),
        "reason": _parts("reasons", "reasons", "reasons"),
    },
    part_crosses=(("service", "family"), ("sex", "family"), ("age", "family")),
    unframed=frozenset({"service", "sex", "age", "reason"}),
)

#: A service someone did not get when it first came up, and what became of it since; one row a person and service.
AGAIN = Subject(
    rows=f"""
    SELECT f.case_id::text || f.service AS thing, f.case_id AS person, {QUARTER.format("f.at")}, {AREA},
        {_known("f.service", "services")} AS service,
        CASE WHEN f.taken_at > f.at THEN 'taken' WHEN f.last_at > f.at THEN 'again' WHEN f.open_at > f.at THEN 'waiting'
             ELSE 'never' END AS became
    FROM (SELECT o.case_id, o.service, min(d.decided_at) FILTER (WHERE d.decision IN ({_listed(NOT_GOT)})) AS at,
              max(d.decided_at) FILTER (WHERE d.decision IN ('accepted', 'partly')) AS taken_at,
              max(d.decided_at) AS last_at, max(o.offered_at) FILTER (WHERE o.decision = '') AS open_at
          FROM support_offer o LEFT JOIN support_offerdecision d ON d.offer_id = o.id GROUP BY 1, 2) f
    LEFT JOIN cases_case c ON c.case_id = f.case_id LEFT JOIN place p ON p.area = c.area
    WHERE {WHEN.format("f.at")}""",
    codes=("service", "became"),
    waits={},
    parts={},
    also_crossed=(("service", "became"),),
)

#: The latest answer of one person to one question about one desk's service. "Not asked" is no answer.
ANSWERS = f"""
    SELECT DISTINCT ON (r.case_id, r.desk, r.service, x.question) r.id::text || x.question AS thing,
        r.case_id AS person, {QUARTER.format("{moment}")}, {AREA},
        {_known("x.question", "questions")} AS question, x.answer AS answer,
        {_known("r.service", "services")} AS service, {_known("n.kind", "kinds")} AS provider
    FROM support_rating r CROSS JOIN LATERAL jsonb_each_text(r.answers) AS x (question, answer)
    LEFT JOIN network_desk k ON k.principal = r.desk LEFT JOIN network_institution n ON n.id = k.institution_id
    LEFT JOIN cases_case c ON c.case_id = r.case_id LEFT JOIN place p ON p.area = c.area
    WHERE x.answer <> 'not_asked' AND {WHEN.format("{moment}")} AND {{only}}
    ORDER BY r.case_id, r.desk, r.service, x.question, r.asked_on DESC, r.recorded_at DESC"""

#: By the day she was asked; noon, so that it is the same day on every clock.
RATINGS = Subject(
    rows=ANSWERS.format(moment="((r.asked_on + time '12:00') AT TIME ZONE 'UTC')", only="true"),
    codes=("question", "service", "provider", "answer"),
    waits={},
    parts={},
    also_crossed=(("question", "answer"), ("service", "answer"), ("provider", "answer")),
    unframed=frozenset({"question", "service", "provider"}),
)

#: The same of one provider, by the moment it was written down: what is over stays as it was counted.
OWN_RATINGS = Subject(
    rows=ANSWERS.format(moment="r.recorded_at", only="r.provider = %(provider)s"),
    codes=("question", "answer"),
    waits={},
    parts={},
    also_crossed=(("question", "answer"),),
    unframed=frozenset({"question", "answer"}),
)

SUBJECTS = {
    "persons": PERSONS,
    "referrals": REFERRALS,
    "requests": REQUESTS,
    "offers": OFFERS,
    "declined": DECLINED,
    "again": AGAIN,
    "ratings": RATINGS,
}
