"""Whoever covers a desk is told what waits there in the days of the cover, and on no other day."""

from django.db import migrations

AT_DESK = """
-- Everybody at a desk and at the desk that covers it today, and who leads there; each one or her cover.
CREATE OR REPLACE FUNCTION authz.at_desk(desk integer) RETURNS SETOF uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT s FROM network_desk d
    JOIN network_user u ON EXISTS (
            SELECT 1 FROM network_deskmember m WHERE m.user_id = u.id AND (m.desk_id = d.id
                OR m.desk_id = d.cover_id AND authz.today() BETWEEN d.cover_from AND d.cover_until))
        OR u.institution_id = d.institution_id AND EXISTS (
            SELECT 1 FROM network_roleholding h WHERE h.user_id = u.id AND h.role = 'supervisor')
    CROSS JOIN LATERAL authz.stands_in(u.id) AS s
    WHERE d.principal = desk
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("mechanism", "0002_nobody_reacts"), ("network", "0002_cover_days")]
    operations = [migrations.RunSQL("SET LOCAL check_function_bodies = off;" + AT_DESK, migrations.RunSQL.noop)]
