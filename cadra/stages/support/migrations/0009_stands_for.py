"""For whom somebody stands in today: herself, those she covers, and those nobody covers in the house she leads."""

from django.db import migrations

STANDS_FOR = """
-- Users whose files wait for the asker: she herself; whoever is away or gone and covered by her, also through others;
-- whoever is away or gone with nobody to cover, for those who lead in the same house, and without these for an officer
-- of the Responsible Authority. Only user ids come out.
CREATE FUNCTION authz.stands_for() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE me AS (
        SELECT u.id, u.institution_id,
            EXISTS (SELECT 1 FROM network_roleholding h WHERE h.user_id = u.id AND h.role = 'supervisor') AS leads,
            EXISTS (SELECT 1 FROM network_roleholding h WHERE h.user_id = u.id AND h.role = 'ra_officer') AS officer
        FROM network_user u WHERE u.id = authz.me()),
    away AS (
        SELECT u.id, u.covered_by_id, u.institution_id FROM network_user u
        WHERE NOT u.is_active OR authz.today() BETWEEN u.absent_from AND u.absent_until),
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
        WHERE u.institution_id = a.institution_id AND EXISTS (SELECT 1 FROM authz.stands_in(u.id)))
$$;
REVOKE EXECUTE ON FUNCTION authz.stands_for() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.stands_for() TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0008_second_policies"), ("cases", "0004_closing"), ("network", "__first__")]
    operations = [migrations.RunSQL("SET LOCAL check_function_bodies = off;" + STANDS_FOR, migrations.RunSQL.noop)]
