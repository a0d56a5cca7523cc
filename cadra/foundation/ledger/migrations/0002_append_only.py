"""What makes the ledger append-only: columns the app cannot fill, checks against free text, rights, two functions."""

from django.db import migrations

SLUG = "^[a-z][a-z0-9_.-]{0,63}$"

COLUMNS = f"""
ALTER TABLE ledger_entry ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX ledger_entry_xact ON ledger_entry (xact);
CREATE INDEX ledger_entry_subjects ON ledger_entry USING gin (subjects);
ALTER TABLE ledger_entry
    ADD CONSTRAINT verb_is_a_slug CHECK (verb ~ '{SLUG}'),
    ADD CONSTRAINT outcome_is_a_slug CHECK (outcome ~ '{SLUG}'),
    ADD CONSTRAINT purpose_is_a_slug CHECK (purpose = '' OR purpose ~ '{SLUG}'),
    ADD CONSTRAINT compartments_are_known CHECK (compartments <@ ARRAY[
        'core', 'identity', 'contact', 'story', 'support', 'health', 'justice', 'child']::varchar[]),
    ADD CONSTRAINT subjects_are_few CHECK (cardinality(subjects) <= 1000);
"""

RIGHTS = """
REVOKE ALL ON ledger_entry, ledger_leaf, ledger_checkpoint FROM PUBLIC, cadra_app, cadra_sealer;
GRANT INSERT (id, actor, institution, verb, subjects, compartments, purpose, outcome, object_id)
    ON ledger_entry TO cadra_app;
GRANT SELECT ON ledger_entry TO cadra_sealer;
GRANT SELECT, INSERT ON ledger_leaf, ledger_checkpoint TO cadra_sealer;

ALTER TABLE ledger_entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger_leaf ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger_checkpoint ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON ledger_entry TO cadra_owner USING (true) WITH CHECK (true);
CREATE POLICY owner ON ledger_leaf TO cadra_owner USING (true) WITH CHECK (true);
CREATE POLICY owner ON ledger_checkpoint TO cadra_owner USING (true) WITH CHECK (true);
CREATE POLICY app_writes ON ledger_entry FOR INSERT TO cadra_app WITH CHECK (true);
CREATE POLICY sealer_reads ON ledger_entry FOR SELECT TO cadra_sealer USING (true);
CREATE POLICY sealer_reads ON ledger_leaf FOR SELECT TO cadra_sealer USING (true);
CREATE POLICY sealer_writes ON ledger_leaf FOR INSERT TO cadra_sealer WITH CHECK (true);
CREATE POLICY sealer_reads ON ledger_checkpoint FOR SELECT TO cadra_sealer USING (true);
CREATE POLICY sealer_writes ON ledger_checkpoint FOR INSERT TO cadra_sealer WITH CHECK (true);
"""

# The trail leaves out `subjects`: an entry about two people must not tell either of them the other's alias.
FUNCTIONS = """
CREATE FUNCTION ledger_trail(alias uuid, before timestamptz, n integer)
    RETURNS TABLE (id uuid, at timestamptz, actor uuid, institution uuid, verb varchar,
                   compartments varchar[], purpose varchar, outcome varchar, object_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT e.id, e.at, e.actor, e.institution, e.verb, e.compartments, e.purpose, e.outcome, e.object_id
    FROM ledger_entry e
    WHERE e.subjects @> ARRAY[alias] AND (before IS NULL OR e.at < before)
    ORDER BY e.at DESC, e.id DESC
    LIMIT least(greatest(n, 0), 200)
$$;

CREATE FUNCTION ledger_health()
    RETURNS TABLE (sealed bigint, sealed_at timestamptz, waiting bigint, oldest_waiting timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH last AS (SELECT c.size, c.at, c.horizon FROM ledger_checkpoint c ORDER BY c.size DESC LIMIT 1),
         tail AS (SELECT e.at FROM ledger_entry e
                  WHERE e.xact >= coalesce((SELECT horizon FROM last), 0)::text::xid8
                  ORDER BY e.xact LIMIT 100000)
    SELECT coalesce((SELECT size FROM last), 0), (SELECT at FROM last), count(*), min(tail.at) FROM tail
$$;

REVOKE ALL ON FUNCTION ledger_trail(uuid, timestamptz, integer), ledger_health() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_trail(uuid, timestamptz, integer) TO cadra_app;
GRANT EXECUTE ON FUNCTION ledger_health() TO cadra_app, cadra_sealer;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(sql) for sql in (COLUMNS, RIGHTS, FUNCTIONS)]
