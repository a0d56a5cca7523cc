"""Runs and their files are their officer's alone; what came in belongs to the file it came into."""

from django.db import migrations

from cadra.foundation.access.protected import OwnRows, Protect

SWEEP = """
-- What was begun and left: the sealed file goes, and the run says so. Returns the runs whose
-- keys are to be destroyed, and how many files an import that did not end may have begun at the keeper.
CREATE FUNCTION authz.sweep_exchange(before timestamptz) RETURNS TABLE (run uuid, begun integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM public.exchange_run WHERE started_at < now() - interval '5 years';
    DELETE FROM public.exchange_part WHERE kept_at < before;
    RETURN QUERY UPDATE public.exchange_run r SET report = NULL, finished_at = now(), size = 0,
            state = CASE WHEN r.state = 'done' THEN r.state ELSE 'discarded' END
        WHERE r.started_at < before AND (r.report IS NOT NULL OR r.size > 0 OR r.finished_at IS NULL)
        RETURNING r.id, CASE WHEN r.kind = 'import' AND r.state <> 'done' THEN r.rows ELSE 0 END;
END $$;
REVOKE EXECUTE ON FUNCTION authz.sweep_exchange(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.sweep_exchange(timestamptz) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("people", "0002_policies")]
    operations = [
        OwnRows("exchange_run", ("owner",)),
        OwnRows("exchange_part", ("owner",), write=("INSERT", "DELETE")),
        Protect("exchange_imported", "file", write=("INSERT",)),
        Protect("exchange_original", "*", write=("INSERT",)),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + SWEEP, migrations.RunSQL.noop),
    ]
