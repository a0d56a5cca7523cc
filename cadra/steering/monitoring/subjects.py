"""What is counted, as SQL: persons, referrals, requests to services, offers. No other module of monitoring has SQL
about them, and this SQL names no column but those granted to the role of figures.

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
    """One kind of thing. `parts`: a line on which one thing can be several times, as a select of its own."""

    rows: str
    codes: tuple[str, ...]
    waits: dict[str, tuple[str, ...]]
    parts: dict[str, str]
    also_crossed: tuple[Pair, ...] = ()
    once: bool = False

    @property
    def axes(self) -> tuple[str, ...]:
        return ("quarter", "area", *self.codes)

    @property
    def crosses(self) -> tuple[Pair, ...]:
        """A quarter or an area with every line: never both, so that nothing is crossed more than once."""
        framed = tuple((frame, axis) for axis in self.codes if axis not in NOT_FRAMED for frame in ("quarter", "area"))
        return (*framed, *self.also_crossed)

    @property
    def lines(self) -> tuple[str, ...]:
        return (*self.axes, *self.parts)


#: Lines so long that they are shown for the whole year and country only.
NOT_FRAMED = frozenset({"service"})

PLACE = "place AS (SELECT * FROM unnest(%(areas)s::text[], %(places)s::text[]) AS p (area, code))"
WHEN = "{0} >= (%(quarters)s::timestamptz[])[1] AND {0} < (%(quarters)s::timestamptz[])[5]"
QUARTER = "width_bucket({0}, %(quarters)s::timestamptz[])::text AS quarter"
AREA = f"coalesce(p.code, '{UNKNOWN}') AS area"


def _known(column: str, codes: str) -> str:
    return f"CASE WHEN {column} = ANY (%({codes})s::text[]) THEN {column} ELSE '{UNKNOWN}' END"


def _wait(name: str, start: str, end: str) -> str:
    seconds = f"extract(epoch FROM coalesce({end}, %(now)s::timestamptz) - {start})::bigint"
    return f"greatest(0, {seconds}) AS {name}_wait, {end} IS NULL AS {name}_open"


def _parts(column: str, values: str, codes: str) -> str:
    """One row for each code that the values of an array stand for; `values` and `codes` are two lists side by side."""
    return (
        f"SELECT DISTINCT o.thing, o.person, o.quarter, o.area, coalesce(x.code, '{UNKNOWN}') AS part FROM one o"
        f" LEFT JOIN LATERAL (SELECT m.code FROM unnest(%({values})s::text[], %({codes})s::text[]) AS m (value, code)"
        f" WHERE m.value = ANY (o.{column})) x ON true"
    )


PERSONS = Subject(
    rows=f"""
    SELECT c.case_id AS thing, c.case_id AS person, {QUARTER.format("c.opened_at")}, {AREA}, c.forms,
        {_known("c.status", "statuses")} AS status,
        {_known("c.sex", "sexes")} AS sex,
        CASE WHEN c.age_group = ANY (%(ages)s::text[]) THEN c.age_group
             WHEN c.is_child THEN 'child' ELSE 'adult' END AS age,
        {_known("c.entry_point", "entry_points")} AS entry,
        CASE WHEN c.first_help_at IS NOT NULL THEN 'came' WHEN c.closed_at IS NOT NULL THEN 'closed'
             ELSE 'waiting' END AS help,
        greatest(0, extract(epoch FROM coalesce(c.first_help_at, c.closed_at, %(now)s::timestamptz)
            - coalesce(c.first_contact_at, c.opened_at))::bigint) AS help_wait,
        c.first_help_at IS NULL AS help_open
    FROM cases_case c LEFT JOIN place p ON p.area = c.area
    WHERE {WHEN.format("c.opened_at")}""",
    codes=("status", "sex", "age", "entry", "help"),
    waits={"help": ("quarter", "area")},
    parts={"form": _parts("forms", "forms", "forms")},
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
        {_known("s.service", "services")} AS service,
        {_wait("answered", "s.sent_at", "coalesce(t.answered_at, s.answered_at)")},
        s.state IN ('withdrawn', 'closed_by_consent') AND coalesce(t.answered_at, s.answered_at) IS NULL AS unanswered
    FROM support_servicereferral s
    LEFT JOIN cases_case c ON c.case_id = s.case_id LEFT JOIN place p ON p.area = c.area
    LEFT JOIN (SELECT referral_id, min(at) AS answered_at FROM support_turn
               WHERE state IN ('accepted', 'waiting_list', 'refused') GROUP BY 1) t ON t.referral_id = s.id
    WHERE {WHEN.format("s.sent_at")}""",
    codes=("service", "state", "begun"),
    waits={"answered": ("quarter", "area", "service")},
    parts={},
    also_crossed=(("service", "state"),),
)

OFFERS = Subject(
    rows=f"""
    SELECT o.id AS thing, o.case_id AS person, {QUARTER.format("o.offered_at")}, {AREA},
        CASE WHEN o.decision = '' THEN 'waiting' ELSE o.decision END AS decision
    FROM support_offer o
    LEFT JOIN cases_case c ON c.case_id = o.case_id LEFT JOIN place p ON p.area = c.area
    WHERE {WHEN.format("o.offered_at")}""",
    codes=("decision",),
    waits={},
    parts={},
)

#: Offers she did not take, or not wholly; `reasons` are those of the latest time she said so.
DECLINED = Subject(
    rows=f"""
    SELECT DISTINCT ON (o.id) o.id AS thing, o.case_id AS person, {QUARTER.format("o.offered_at")}, {AREA}, d.reasons
    FROM support_offer o
    LEFT JOIN cases_case c ON c.case_id = o.case_id LEFT JOIN place p ON p.area = c.area
    LEFT JOIN support_offerdecision d ON d.offer_id = o.id AND d.decision IN ('declined', 'not_now', 'partly')
    WHERE o.decision IN ('declined', 'not_now', 'partly') AND {WHEN.format("o.offered_at")}
    ORDER BY o.id, d.decided_at DESC""",
    codes=(),
    waits={},
    parts={"family": _parts("reasons", "reasons", "families")},
)

SUBJECTS = {
    "persons": PERSONS,
    "referrals": REFERRALS,
    "requests": REQUESTS,
    "offers": OFFERS,
    "declined": DECLINED,
}
