"""Whom somebody stands in for, asked on every *My work*: planned once a session, and whoever is never away costs
nothing."""

from django.db import migrations

STANDS_FOR = """
CREATE OR REPLACE FUNCTION authz.stands_for() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY
    WITH RECURSIVE me AS (
        SELECT u.id, u.institution_id,
            EXISTS (SELECT 1 FROM network_roleholding h WHERE h.user_id = u.id AND h.role = 'supervisor') AS leads,
            EXISTS (SELECT 1 FROM network_roleholding h WHERE h.user_id = u.id AND h.role = 'ra_officer') AS officer
        FROM network_user u WHERE u.id = authz.me()),
    away AS (
        SELECT u.id, u.covered_by_id, u.institution_id FROM network_user u
        WHERE (NOT u.is_active OR u.absent_from IS NOT NULL) AND NOT authz.is_there(u)),
    covered AS (
        SELECT id FROM me UNION SELECT a.id FROM covered c JOIN away a ON a.covered_by_id = c.id),
    alone AS (
        SELECT a.id, a.institution_id FROM away a, me
        WHERE (me.leads AND a.institution_id = me.institution_id
               OR me.officer AND EXISTS (SELECT 1 FROM cases_case c WHERE c.manager_id = a.id AND c.stage <> 'closed'))
          AND NOT EXISTS (SELECT 1 FROM authz.stands_in(a.id)))
    SELECT id FROM covered
    UNION SELECT a.id FROM alone a, me WHERE me.leads AND a.institution_id = me.institution_id
    UNION SELECT a.id FROM alone a, me WHERE me.officer AND NOT EXISTS (
        SELECT 1 FROM network_user u JOIN network_roleholding h ON h.user_id = u.id AND h.role = 'supervisor'
        WHERE u.institution_id = a.institution_id AND EXISTS (SELECT 1 FROM authz.stands_in(u.id)));
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0014_help_came_on_a_day"), ("tasks", "0002_policies")]
    operations = [migrations.RunSQL(STANDS_FOR, migrations.RunSQL.noop)]
