"""The entries about one thing of one person: what was sent, and each time it was shown."""

from django.db import migrations

ABOUT = """
CREATE FUNCTION ledger_about(alias uuid, thing uuid, n integer)
    RETURNS TABLE (id uuid, at timestamptz, actor uuid, institution uuid, verb varchar,
                   compartments varchar[], purpose varchar, outcome varchar, object_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT e.id, e.at, e.actor, e.institution, e.verb, e.compartments, e.purpose, e.outcome, e.object_id
    FROM ledger_entry e
    WHERE e.subjects @> ARRAY[alias] AND e.object_id = thing
    ORDER BY e.at, e.id
    LIMIT least(greatest(n, 0), 200)
$$;
REVOKE ALL ON FUNCTION ledger_about(uuid, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_about(uuid, uuid, integer) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_changes")]
    operations = [migrations.RunSQL(ABOUT, migrations.RunSQL.noop)]
