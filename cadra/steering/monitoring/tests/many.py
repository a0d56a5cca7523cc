"""Many invented rows written by the owner of the tables, as the stages would leave them. Nobody here exists."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

TABLES = (
    "cases_case",
    "identification_referral",
    "identification_decision",
    "support_servicereferral",
    "support_turn",
    "support_delivery",
    "support_offer",
    "support_offerdecision",
    "support_rating",
)

PEOPLE = """
CREATE TEMP TABLE many AS SELECT gen_random_uuid() AS id, gen_random_uuid() AS referral, n,
    '2026-07-01'::timestamptz - random() * %(days)s * interval '1 day' AS at,
    power(random(), 2.5) AS where_, random() AS a, random() AS b,
    random() AS c, random() AS d, random() AS e FROM generate_series(1, %(people)s) n;
"""
CASES = """
INSERT INTO cases_case (id, case_id, reference, status, stage, sex, age_group, is_child, is_foreign, forms, area,
    entry_point, in_danger, opened_at, first_contact_at, first_help_at, last_event_at, visible_to, refused_to)
SELECT gen_random_uuid(), id, 'AL' || n,
    CASE WHEN a < .2 THEN 'presumed' WHEN a < .93 THEN 'potential' WHEN a < .97 THEN 'identified'
         ELSE 'not_identified' END,
    'support', CASE WHEN b < .72 THEN 'female' WHEN b < .98 THEN 'male' ELSE '' END,
    (ARRAY['0-8', '9-17', '9-17', '9-17', '18-20', '21-23', '24-26', '30-38', ''])[1 + floor(c * 9)], c < .65,
    d < .04, CASE WHEN e < .55 THEN ARRAY['sexual_exploitation'] WHEN e < .8 THEN ARRAY['forced_labour']
        WHEN e < .95 THEN ARRAY['begging_street', 'forced_criminality'] ELSE '{}' END,
    (%(areas)s::text[])[1 + floor(where_ * %(count)s)],
    (ARRAY['border', 'police', 'outreach', 'police', 'police', 'ngo', 'helpline'])[1 + floor(d * 7)], false, at, at,
    CASE WHEN c < .8 THEN at + d * interval '20 days' END, at, '{}', '{}' FROM many;
"""
REFERRALS = """
INSERT INTO identification_referral (id, case_id, author_id, institution_id, state, screens, entry_point, area, forms,
    in_danger, urgent_health, is_child, version, started_at, sent_at, answer_due_at, acknowledged_at, assigned_at,
    visible_to, refused_to)
SELECT referral, id, id, id, 'assigned', '{}', 'border', (%(areas)s::text[])[1 + floor(where_ * %(count)s)], '{}',
    false, false, false, 1, at, at, at + interval '1 day', CASE WHEN b < .97 THEN at + c * interval '30 hours' END,
    CASE WHEN b < .9 THEN at + interval '30 hours' + d * interval '4 days' END, '{}', '{}' FROM many;
INSERT INTO identification_decision (id, case_id, outcome, grounds, proposed_by, proposed_at, signed_by, signed_at,
    told_how_to_reconsider, visible_to, refused_to)
SELECT gen_random_uuid(), id, 'potential', '{}', id, at, gen_random_uuid(),
    at + interval '6 days' + e * interval '40 days', false, '{}', '{}' FROM many WHERE b < .7;
"""
REQUESTS = """
CREATE TEMP TABLE asked AS SELECT gen_random_uuid() AS id, m.id AS person, m.at + random() * interval '20 days' AS at,
    (%(services)s::text[])[1 + floor(power(random(), 3) * %(services_count)s)] AS service,
    (ARRAY['sent', 'waiting_list', 'accepted', 'started', 'ended', 'ended', 'ended', 'refused', 'withdrawn'])
        [1 + floor(random() * 9)] AS state, random() AS a FROM many m, generate_series(1, 3) WHERE m.a < .7;
INSERT INTO support_servicereferral (id, submission, grant_id, consent_id, case_id, reference, service, urgency, desk,
    sender_id, sender_institution, parts, state, sent_at, answer_due_at, next_due_at, answer_reason, answered_at,
    started_at, outcome, version, visible_to, refused_to)
SELECT id, id, id, id, person, 'R', service, 'ordinary', 1, id, 1, '{}', state, at, at + interval '3 days',
    CASE WHEN state IN ('sent', 'waiting_list', 'accepted', 'started') THEN at + interval '9 days' END, '',
    CASE WHEN state NOT IN ('sent', 'withdrawn') THEN at + a * interval '6 days' END,
    CASE WHEN state IN ('started', 'ended') THEN at + interval '8 days' END, '', 1, '{}', '{}' FROM asked;
INSERT INTO support_turn (id, case_id, grant_id, referral_id, state, reason, at, visible_to, refused_to)
SELECT gen_random_uuid(), person, id, id, CASE WHEN state = 'refused' THEN 'refused' ELSE 'accepted' END, '',
    at + a * interval '6 days', '{}', '{}' FROM asked WHERE state NOT IN ('sent', 'withdrawn');
INSERT INTO support_delivery (id, case_id, submission, referral_id, service, kind, amount, currency, at_distance, "on",
    by_institution, recorded_by, recorded_at, way, visible_to, refused_to)
SELECT gen_random_uuid(), person, gen_random_uuid(), id, service, 'session', 1, '', false, at::date, 1, id,
    at + interval '8 days', '', '{}', '{}' FROM asked WHERE state IN ('started', 'ended');
"""
RATINGS = """
INSERT INTO support_rating (id, case_id, submission, referral_id, service, desk, provider, answers, form, asked_on,
    asked_by, asked_by_institution, recorded_at, visible_to, refused_to)
SELECT gen_random_uuid(), person, gen_random_uuid(), id, service, 1, 1, jsonb_build_object(
    'helped', (ARRAY['yes', 'yes', 'yes', 'partly', 'no', 'declined'])[1 + floor(a * 6)],
    'safe', (ARRAY['yes', 'yes', 'yes', 'yes', 'no', 'not_asked'])[1 + floor(a * 36)::int %% 6]),
    'spoken', (at + interval '20 days')::date, person, 1, at + interval '20 days', '{}', '{}'
FROM asked WHERE state = 'ended';
"""
OFFERS = """
CREATE TEMP TABLE offered AS SELECT gen_random_uuid() AS id, m.id AS person, m.at + random() * interval '20 days' AS at,
    (ARRAY['', 'accepted', 'accepted', 'accepted', 'partly', 'not_now', 'declined', 'declined'])
        [1 + floor(random() * 8)] AS decision FROM many m, generate_series(1, 4) WHERE m.a < .7;
INSERT INTO support_offer (id, case_id, submission, service, explained_forms, explained_language, understood,
    offered_by, offered_at, decision, version, visible_to, refused_to)
SELECT id, person, id, 'medical', '{}', 'sq', 'yes', id, at, decision, 1, '{}', '{}' FROM offered;
INSERT INTO support_offerdecision (id, case_id, submission, offer_id, decision, reasons, recorded_by, decided_at,
    visible_to, refused_to)
SELECT gen_random_uuid(), person, id, id, decision,
    ARRAY[(%(reasons)s::text[])[1 + floor(random() * %(reasons_count)s)],
          (%(reasons)s::text[])[1 + floor(random() * %(reasons_count)s)]],
    id, at, '{}', '{}' FROM offered WHERE decision <> '';
"""
END = "DROP TABLE IF EXISTS many, asked, offered;"


def fill(house: Any, people: int, *, days: int = 1200) -> None:
    """So many persons over the days before July 2026, most in a few areas, with referrals, requests and offers."""
    from cadra.foundation.kernel.pack import pack  # noqa: PLC0415 - settings exist only now

    areas, services = [area.code for area in pack().municipalities()], list(pack().services.codes)
    reasons = list(pack().decline_reasons.codes)
    values = {
        "people": people,
        "days": days,
        "areas": areas,
        "count": len(areas),
        "services": services,
        "services_count": len(services),
        "reasons": reasons,
        "reasons_count": len(reasons),
    }
    for table in TABLES:
        house.sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    house.sql(END)
    for block in (PEOPLE, CASES, REFERRALS, REQUESTS, RATINGS, OFFERS, END):
        for statement in block.split(";"):
            if statement.strip():
                house.sql(statement, {name: value for name, value in values.items() if f"%({name})s" in statement})
    for table in TABLES:
        house.sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        house.sql(f"ANALYZE {table}")


def offer(
    house: Any,
    person: UUID,
    said: list[tuple[str, list[str], dt.datetime]],
    *,
    at: dt.datetime,
    service: str = "medical",
) -> None:
    """One offer and each decision on it: (decision, reasons, when)."""
    one = uuid4()
    decision, decided = (said[-1][0], said[-1][2]) if said else ("", None)
    house.sql(
        "INSERT INTO support_offer (id, case_id, submission, service, explained_forms, explained_language, understood,"
        " offered_by, offered_at, decision, decided_at, version, visible_to, refused_to)"
        " VALUES (%s, %s, %s, %s, '{}', 'sq', 'yes', %s, %s, %s, %s, 1, '{}', '{}')",
        [one, person, one, service, one, at, decision, decided],
    )
    for word, reasons, when in said:
        house.sql(
            "INSERT INTO support_offerdecision (id, case_id, submission, offer_id, decision, reasons, recorded_by,"
            " decided_at, visible_to, refused_to)"
            " VALUES (gen_random_uuid(), %s, gen_random_uuid(), %s, %s, %s, %s, %s, '{}', '{}')",
            [person, one, word, reasons, one, when],
        )
