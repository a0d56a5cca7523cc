"""The day of a help is the country's: what came yesterday counts as yesterday in the hour after midnight too."""

from django.db import migrations

HELP_CAME = """
CREATE OR REPLACE FUNCTION authz.support_help_came() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    came timestamptz := CASE WHEN authz.ends(NEW."on") > NEW.recorded_at THEN NEW.recorded_at
        ELSE authz.ends(NEW."on") - interval '12 hours' END;
BEGIN
    UPDATE public.cases_case c SET last_event_at = now(),
        first_help_at = LEAST(COALESCE(c.first_help_at, 'infinity'), GREATEST(came, c.first_contact_at))
        WHERE c.case_id = NEW.case_id;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0013_steps_are_tasks"), ("cases", "0004_closing")]
    operations = [migrations.RunSQL(HELP_CAME, migrations.RunSQL.noop)]
