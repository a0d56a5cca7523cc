"""What the clock may do on its own: mark what is late or about to end, and say whom to tell. It reads nothing out."""

from django.db import migrations, models

ESCALATE = """
-- Each late thing is marked once for each of its dates. Returned are only a kind and users, never a file.
CREATE FUNCTION authz.escalate_identification(warn_days integer) RETURNS TABLE (kind text, who uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH late_referral AS (
        UPDATE identification_referral SET escalated_at = now()
        WHERE state IN ('sent', 'acknowledged', 'connected') AND answer_due_at < now()
          AND (escalated_at IS NULL OR escalated_at < answer_due_at)
        RETURNING case_id, receipt_id),
    late_pair AS (
        UPDATE identification_pair p SET escalated_at = now()
        FROM cases_case c
        WHERE c.case_id = p.case_id AND c.status = 'presumed' AND p.ended_at IS NULL AND p.decision_due_at < now()
          AND (p.escalated_at IS NULL OR p.escalated_at < p.decision_due_at)
        RETURNING p.police_id, p.social_id, p.child_worker_id),
    ending AS (
        UPDATE identification_recoveryperiod r SET warned_at = now()
        FROM cases_case c
        WHERE c.case_id = r.case_id AND r.warned_at IS NULL
          AND authz.today() BETWEEN r.ends_on - warn_days AND r.ends_on
          AND NOT EXISTS (SELECT 1 FROM identification_recoveryperiod o WHERE o.extended_from = r.id)
        RETURNING c.manager_id, r.set_by),
    desk_people AS (
        SELECT l.case_id, u.id, u.principal, u.institution_id, d.principal AS desk
        FROM late_referral l
        JOIN identification_receipt t ON t.id = l.receipt_id
        JOIN network_desk d ON d.principal = t.desk
        JOIN network_user u ON u.is_active AND (
            EXISTS (SELECT 1 FROM network_deskmember m WHERE m.user_id = u.id AND m.desk_id IN (d.id, d.cover_id))
            OR u.institution_id = d.institution_id AND EXISTS (
                SELECT 1 FROM network_roleholding h WHERE h.user_id = u.id AND h.role = 'supervisor')))
    SELECT 'referral', p.id FROM desk_people p
    WHERE NOT EXISTS (
        SELECT 1 FROM access_refusal f JOIN network_institution i ON i.id = p.institution_id
        WHERE f.case_id = p.case_id AND f.ended_at IS NULL AND f.principal IN (p.principal, p.desk, i.principal))
    UNION SELECT 'decision', m.who FROM late_pair, unnest(ARRAY[police_id, social_id, child_worker_id]) AS m(who)
        WHERE m.who IS NOT NULL
    UNION SELECT 'recovery', coalesce(manager_id, set_by) FROM ending
$$;
REVOKE EXECUTE ON FUNCTION authz.escalate_identification(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.escalate_identification(integer) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("identification", "0002_policies")]
    operations = [
        migrations.AddField("pair", "escalated_at", models.DateTimeField(null=True)),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + ESCALATE, migrations.RunSQL.noop),
    ]
