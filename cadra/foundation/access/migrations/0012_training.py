"""Everyone signed in may learn who is trained; an institution writes down the trainings of its own people."""

from django.db import migrations

from cadra.foundation.access.protected import Shared

OURS = """
CREATE FUNCTION authz.is_colleague(wanted uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM network_user u JOIN network_user me ON me.institution_id = u.institution_id
        WHERE u.id = wanted AND me.id = authz.me())
$$;
REVOKE EXECUTE ON FUNCTION authz.is_colleague(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.is_colleague(uuid) TO cadra_app;
CREATE POLICY network_training_added ON network_training AS RESTRICTIVE FOR INSERT TO cadra_app
    WITH CHECK (authz.is_colleague(user_id));
CREATE POLICY network_training_removed ON network_training AS RESTRICTIVE FOR DELETE TO cadra_app
    USING (authz.is_colleague(user_id));
CREATE POLICY network_nameduntrained_own ON network_nameduntrained AS RESTRICTIVE FOR INSERT TO cadra_app
    WITH CHECK (named_by_id = authz.me());
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0011_resting"), ("network", "0003_training")]
    operations = [
        Shared("network_training", write=("INSERT", "DELETE")),
        Shared("network_nameduntrained", write=("INSERT",)),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + OURS, migrations.RunSQL.noop),
    ]
