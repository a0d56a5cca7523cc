"""Whoever a late request would be told to may be feared, all of them: then whoever answers for the file is told."""

from django.db import migrations

HEARD = """
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
        CROSS JOIN LATERAL authz.answers_for(c.manager_id, c.holder, true) AS w),
    heard AS (
        SELECT DISTINCT t.kind, t.case_id, t.who FROM told t WHERE NOT authz.feared(t.case_id, t.who, t.desk)),
    nobody AS (
        SELECT DISTINCT o.kind, o.case_id FROM (
            SELECT 'silence' AS kind, l.case_id FROM late l UNION ALL SELECT 'unheard', h.case_id FROM unheard h) o
        WHERE NOT EXISTS (SELECT 1 FROM heard h WHERE (h.kind, h.case_id) = (o.kind, o.case_id)))
    SELECT h.kind, h.who FROM heard h
    UNION
    SELECT n.kind, w FROM nobody n JOIN cases_case c ON c.case_id = n.case_id
    CROSS JOIN LATERAL authz.file_answerers(c.manager_id, c.holder, c.visible_to, c.refused_to) AS w
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("mechanism", "0012_falling_is_planned_once")]
    operations = [migrations.RunSQL("SET LOCAL check_function_bodies = off;" + HEARD, migrations.RunSQL.noop)]
