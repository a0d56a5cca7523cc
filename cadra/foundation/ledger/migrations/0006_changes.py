"""What was done to somebody, through the index that leaves the looks out."""

from importlib import import_module

from django.db import migrations

CHANGE = import_module("cadra.foundation.ledger.migrations.0005_changes_have_an_index").CHANGE
CHANGES = f"""
DROP FUNCTION ledger_changes(uuid, text, uuid, varchar[], integer);
-- With `house`, only what was done there, and the verbs in `shared` whoever did them.
CREATE FUNCTION ledger_changes(alias uuid, house uuid, shared varchar[], n integer)
    RETURNS TABLE (id uuid, at timestamptz, actor uuid, institution uuid, verb varchar,
                   compartments varchar[], purpose varchar, outcome varchar, object_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT e.id, e.at, e.actor, e.institution, e.verb, e.compartments, e.purpose, e.outcome, e.object_id
    FROM ledger_entry e
    WHERE e.subjects @> ARRAY[alias] AND {CHANGE}
      AND (house IS NULL OR e.institution = house OR e.verb = ANY (shared))
    ORDER BY e.at DESC, e.id DESC
    LIMIT least(greatest(n, 0), 200)
$$;
REVOKE ALL ON FUNCTION ledger_changes(uuid, uuid, varchar[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_changes(uuid, uuid, varchar[], integer) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_changes_have_an_index")]
    operations = [migrations.RunSQL(CHANGES, migrations.RunSQL.noop)]
