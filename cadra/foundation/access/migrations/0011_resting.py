"""A closed file is only read: PostgreSQL refuses what the application would write to any table of it.

A table that becomes protected gets these guards without being named anywhere; what still goes on in a closed file is
said where it is protected (`Protect(goes_on=…)`), with its reason in tests/walls/test_resting.py.
"""

from django.db import migrations

RESTING = """
ALTER TABLE authz.protected ADD COLUMN rests text[] NOT NULL DEFAULT '{INSERT,UPDATE,DELETE}';
COMMENT ON COLUMN authz.protected.rests IS 'commands of the application that a closed file refuses';

-- Looks when the statement is over: a statement that opens or closes the file itself is judged by what it leaves.
CREATE FUNCTION authz.file_rests() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    resting boolean;
BEGIN
    EXECUTE format(
        'SELECT EXISTS (SELECT 1 FROM public.cases_case c WHERE c.stage = ''closed'' '
        'AND c.case_id IN (SELECT w.%I FROM written w))', TG_ARGV[0]) INTO resting;
    IF resting THEN
        RAISE EXCEPTION 'a closed file is only read' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- Runs in migrations, when a table becomes protected or what goes on in it changes.
CREATE FUNCTION authz.write_rests() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    command text;
BEGIN
    FOREACH command IN ARRAY '{INSERT,UPDATE,DELETE}'::text[] LOOP
        IF TG_OP = 'UPDATE' THEN
            EXECUTE format('DROP TRIGGER IF EXISTS %I ON public.%I', 'rests_' || lower(command), NEW.name);
        END IF;
        IF command = ANY (NEW.rests) THEN
            EXECUTE format(
                'CREATE TRIGGER %I AFTER %s ON public.%I REFERENCING %s TABLE AS written FOR EACH STATEMENT '
                'WHEN (current_user <> ''cadra_owner'') EXECUTE FUNCTION authz.file_rests(%L)',
                'rests_' || lower(command), command, NEW.name,
                CASE command WHEN 'DELETE' THEN 'OLD' ELSE 'NEW' END, NEW.case_column);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION authz.file_rests(), authz.write_rests() FROM PUBLIC;
CREATE TRIGGER write_rests AFTER INSERT OR UPDATE OF rests ON authz.protected
    FOR EACH ROW EXECUTE FUNCTION authz.write_rests();
"""

# What she says about who may see it stays possible, and so do an emergency and its review.
HERE = """
UPDATE authz.protected SET rests = CASE WHEN name IN ('access_grant', 'access_refusal', 'access_breakglass')
    THEN '{}'::text[] ELSE rests END;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0010_desk_cover")]
    operations = [
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + RESTING, migrations.RunSQL.noop),
        migrations.RunSQL(HERE, migrations.RunSQL.noop),
    ]
