"""Which tables rest with a closed file is no list any more (access/migrations/0011_resting); what goes on in it is."""

from django.db import migrations

FORMER = """
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE t.tgname IN ('rests_begun', 'rests_changed') LOOP
        EXECUTE format('DROP TRIGGER %I ON public.%I', one.tgname, one.relname);
    END LOOP;
END $$;
DROP FUNCTION authz.closed_file_rests();
"""

GOES_ON = """
-- What she agreed to she may take back, whenever she wants.
UPDATE authz.protected SET rests = '{INSERT,DELETE}' WHERE name = 'consent_consent';
-- A file may come in closed, and the row that says so can be opened again. Otherwise it rests too: below.
UPDATE authz.protected SET rests = '{DELETE}' WHERE name = 'cases_case';

-- While it is closed and stays closed, a file's own row only moves up in lists.
CREATE FUNCTION authz.closed_row_rests() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (to_jsonb(NEW) - '{last_event_at,next_due_at,visible_to,refused_to}'::text[])
       <> (to_jsonb(OLD) - '{last_event_at,next_due_at,visible_to,refused_to}'::text[]) THEN
        RAISE EXCEPTION 'a closed file is only read' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION authz.closed_row_rests() FROM PUBLIC;
CREATE TRIGGER d_rests BEFORE UPDATE ON cases_case FOR EACH ROW
    WHEN (OLD.stage = 'closed' AND NEW.stage = 'closed' AND current_user <> 'cadra_owner')
    EXECUTE FUNCTION authz.closed_row_rests();
"""


class Migration(migrations.Migration):
    dependencies = [("mechanism", "0003_cover_days"), ("access", "0011_resting")]
    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (FORMER, GOES_ON)]
