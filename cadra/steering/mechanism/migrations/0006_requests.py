"""Silence about a request goes up step by step: the desk is reminded, then both sides are told, then who leads."""

from django.db import migrations

REQUESTS = """
-- Everybody at a desk and at the desk that covers it today, or whoever stands in for them.
CREATE FUNCTION authz.answers_at(desk integer) RETURNS SETOF uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT s FROM network_desk d
    JOIN network_deskmember m ON m.desk_id = d.id
        OR m.desk_id = d.cover_id AND authz.today() BETWEEN d.cover_from AND d.cover_until
    CROSS JOIN LATERAL authz.stands_in(m.user_id) AS s
    WHERE d.principal = desk
$$;
REVOKE EXECUTE ON FUNCTION authz.answers_at(integer) FROM PUBLIC;

-- The dates are set by the application from the country pack, by urgency. Each step is marked once for each date.
CREATE OR REPLACE FUNCTION authz.escalate_support() RETURNS TABLE (kind text, who uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH soon AS (
        UPDATE support_servicereferral SET reminded_at = now()
        WHERE state = 'sent' AND reminded_at IS NULL AND remind_at < now() AND next_due_at > now()
        RETURNING case_id, desk),
    late AS (
        UPDATE support_servicereferral SET escalated_at = now()
        WHERE next_due_at < now() AND (escalated_at IS NULL OR escalated_at < next_due_at)
        RETURNING case_id, desk, sender_id),
    unheard AS (
        UPDATE support_servicereferral SET alarmed_at = now()
        WHERE next_due_at < now() AND alarm_at < now() AND escalated_at >= next_due_at
          AND (alarmed_at IS NULL OR alarmed_at < next_due_at)
        RETURNING case_id),
    told AS (
        SELECT 'soon' AS kind, s.case_id, s.desk, w AS who FROM soon s
        CROSS JOIN LATERAL authz.answers_at(s.desk) AS w
        UNION ALL
        SELECT 'request', l.case_id, l.desk, w FROM late l
        CROSS JOIN LATERAL authz.at_desk(l.desk) AS w
        UNION ALL
        SELECT 'silence', l.case_id, NULL, w FROM late l CROSS JOIN LATERAL authz.stands_in(l.sender_id) AS w
        UNION ALL
        SELECT 'silence', l.case_id, NULL, w FROM late l JOIN cases_case c ON c.case_id = l.case_id
        CROSS JOIN LATERAL authz.answers_for(c.manager_id, c.holder, false) AS w
        UNION ALL
        SELECT 'unheard', h.case_id, NULL, w FROM unheard h JOIN cases_case c ON c.case_id = h.case_id
        CROSS JOIN LATERAL authz.answers_for(c.manager_id, c.holder, true) AS w)
    SELECT DISTINCT t.kind, t.who FROM told t WHERE NOT authz.feared(t.case_id, t.who, t.desk)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("mechanism", "0005_needs_and_safety"), ("support", "0009_stands_for")]
    operations = [migrations.RunSQL("SET LOCAL check_function_bodies = off;" + REQUESTS, migrations.RunSQL.noop)]
