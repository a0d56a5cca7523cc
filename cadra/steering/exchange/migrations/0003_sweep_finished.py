"""The pages end a run; only the worker destroys its key. So the sweep also names runs that ended lately."""

from django.db import migrations

SWEEP = """
-- As before; and, with no number of begun files, every run that ended in the last two days: its key may live still.
CREATE OR REPLACE FUNCTION authz.sweep_exchange(before timestamptz) RETURNS TABLE (run uuid, begun integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM public.exchange_run WHERE started_at < now() - interval '5 years';
    DELETE FROM public.exchange_part WHERE kept_at < before;
    RETURN QUERY SELECT r.id, NULL::integer FROM public.exchange_run r
        WHERE r.finished_at > now() - interval '2 days' AND r.report IS NULL AND r.size = 0;
    RETURN QUERY UPDATE public.exchange_run r SET report = NULL, finished_at = now(), size = 0,
            state = CASE WHEN r.state = 'done' THEN r.state ELSE 'discarded' END
        WHERE r.started_at < before AND (r.report IS NOT NULL OR r.size > 0 OR r.finished_at IS NULL)
        RETURNING r.id, CASE WHEN r.kind = 'import' AND r.state <> 'done' THEN r.rows ELSE 0 END;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_policies")]
    operations = [
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + SWEEP, migrations.RunSQL.noop),
    ]
