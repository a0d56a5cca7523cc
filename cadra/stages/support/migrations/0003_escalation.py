"""What the clock may do on its own with requests to providers: mark the late ones and say whom to tell."""

from django.db import migrations

ESCALATE = """
-- Each late request is marked once for each of its dates. Returned are only a kind and users, never a file.
CREATE FUNCTION authz.escalate_support() RETURNS TABLE (kind text, who uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH late AS (
        UPDATE support_servicereferral SET escalated_at = now()
        WHERE next_due_at < now() AND (escalated_at IS NULL OR escalated_at < next_due_at)
        RETURNING case_id, desk, sender_id)
    SELECT 'request', u.id
    FROM late l
    JOIN network_desk d ON d.principal = l.desk
    JOIN network_institution i ON i.id = d.institution_id
    JOIN network_user u ON u.is_active AND (
        EXISTS (SELECT 1 FROM network_deskmember m WHERE m.user_id = u.id AND m.desk_id IN (d.id, d.cover_id))
        OR u.institution_id = i.id AND EXISTS (
            SELECT 1 FROM network_roleholding h WHERE h.user_id = u.id AND h.role = 'supervisor'))
    WHERE NOT EXISTS (
        SELECT 1 FROM access_refusal f WHERE f.case_id = l.case_id AND f.ended_at IS NULL
          AND f.principal IN (u.principal, d.principal, i.principal))
    UNION SELECT 'silence', sender_id FROM late
$$;
REVOKE EXECUTE ON FUNCTION authz.escalate_support() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.escalate_support() TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0002_policies")]
    operations = [migrations.RunSQL("SET LOCAL check_function_bodies = off;" + ESCALATE, migrations.RunSQL.noop)]
