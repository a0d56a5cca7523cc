"""What happened to someone, without the looks: a file looked at a hundred times still tells what was done last."""

from django.db import migrations

# Filtered before it is cut off, so that no number of looks pushes a change out. `looking`: how the verbs of looks
# begin. With `house`, only what was done there, and the verbs in `shared` whoever did them.
CHANGES = """
CREATE FUNCTION ledger_changes(alias uuid, looking text, house uuid, shared varchar[], n integer)
    RETURNS TABLE (id uuid, at timestamptz, actor uuid, institution uuid, verb varchar,
                   compartments varchar[], purpose varchar, outcome varchar, object_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT e.id, e.at, e.actor, e.institution, e.verb, e.compartments, e.purpose, e.outcome, e.object_id
    FROM ledger_entry e
    WHERE e.subjects @> ARRAY[alias] AND e.outcome <> 'denied' AND e.verb !~ looking
      AND (house IS NULL OR e.institution = house OR e.verb = ANY (shared))
    ORDER BY e.at DESC, e.id DESC
    LIMIT least(greatest(n, 0), 200)
$$;
REVOKE ALL ON FUNCTION ledger_changes(uuid, text, uuid, varchar[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_changes(uuid, text, uuid, varchar[], integer) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]
    operations = [migrations.RunSQL(CHANGES, migrations.RunSQL.noop)]
