"""A run that is over is named to the keeper until its key is destroyed, however long the keeper was away."""

from django.db import migrations, models

SWEEP = """
CREATE OR REPLACE FUNCTION authz.sweep_exchange(before timestamptz) RETURNS TABLE (run uuid, begun integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM public.exchange_run WHERE started_at < now() - interval '5 years' AND keys_gone_at IS NOT NULL;
    DELETE FROM public.exchange_part WHERE kept_at < before;
    RETURN QUERY UPDATE public.exchange_run r SET keys_gone_at = now()
        WHERE r.finished_at IS NOT NULL AND r.keys_gone_at IS NULL AND r.report IS NULL AND r.size = 0
        RETURNING r.id, NULL::integer;
    RETURN QUERY UPDATE public.exchange_run r SET report = NULL, size = 0, finished_at = now(), keys_gone_at = now(),
            state = CASE WHEN r.state = 'done' THEN r.state ELSE 'discarded' END
        WHERE r.started_at < before AND (r.report IS NOT NULL OR r.size > 0 OR r.finished_at IS NULL)
        RETURNING r.id, CASE WHEN r.kind = 'import' AND r.state <> 'done' THEN r.rows ELSE 0 END;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_sweep_finished")]
    operations = [
        migrations.AddField("run", "keys_gone_at", models.DateTimeField(editable=False, null=True)),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + SWEEP, migrations.RunSQL.noop),
    ]
