"""Which tables hold dates of a file is a list; the next date is worked out from it.

The day to ask about needs again and the reviews of a safety plan are the first of these.
"""

from django.db import migrations

from cadra.steering.mechanism.dates import HoldsDate

DATES = """
-- Each table whose rows may be due: when (`due`), and for how long that counts (`holds`), of a row `d`.
CREATE TABLE authz.dates (name name PRIMARY KEY, due text NOT NULL, holds text NOT NULL);
ALTER FUNCTION authz.next_due(cases_case) RENAME TO first_due;

-- Writes authz.next_due anew from that list; runs when the list changes, in migrations.
CREATE FUNCTION authz.write_next_due() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $write$
DECLARE
    told text := (SELECT string_agg(format(
        'UNION ALL SELECT %s FROM public.%I d WHERE d.case_id = of_case.case_id AND (%s)', due, name, holds), E'\n'
        ORDER BY name) FROM authz.dates);
BEGIN
    EXECUTE format($function$
CREATE OR REPLACE FUNCTION authz.next_due(of_case cases_case) RETURNS timestamptz LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $body$
    SELECT min(due) FROM (SELECT authz.first_due(of_case) AS due
%s) AS dates WHERE of_case.stage <> 'closed'
$body$ $function$, told);
    REVOKE EXECUTE ON FUNCTION authz.next_due(cases_case) FROM PUBLIC;
    RETURN NULL;
END $write$;
REVOKE EXECUTE ON FUNCTION authz.write_next_due() FROM PUBLIC;
CREATE TRIGGER write_next_due AFTER INSERT OR UPDATE OR DELETE ON authz.dates
    FOR EACH STATEMENT EXECUTE FUNCTION authz.write_next_due();
"""


class Migration(migrations.Migration):
    dependencies = [("mechanism", "0004_closed_files_rest"), ("support", "0006_safety")]
    operations = [
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + DATES, migrations.RunSQL.noop),
        HoldsDate("support_assessment", "authz.ends(d.next_on)", moved_by="next_on"),
        HoldsDate("support_safetyreview", "d.due_at", holds="d.done_at IS NULL", moved_by="due_at, done_at"),
    ]
