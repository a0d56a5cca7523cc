"""What falls to somebody of colleagues who are away is asked on every *My work*. PostgreSQL plans a function in SQL
anew each time, and that took longer than the answer; the same statement in PL/pgSQL is planned once a session."""

from django.db import migrations

PLANNED_ONCE = """
DO $do$
DECLARE f record;
BEGIN
    FOR f IN SELECT p.oid, p.prosrc, pg_get_functiondef(p.oid) AS told FROM pg_proc p WHERE p.oid IN (
        'authz.stood_in_by(uuid)'::regprocedure, 'authz.all_i_am()'::regprocedure,
        'authz.tasks_falling_to_me()'::regprocedure, 'authz.house_tasks_falling_to_me()'::regprocedure,
        'authz.files_falling_to_me(integer)'::regprocedure)
    LOOP
        EXECUTE replace(replace(f.told, f.prosrc, 'BEGIN RETURN QUERY ' || f.prosrc || '; END'),
            'LANGUAGE sql', 'LANGUAGE plpgsql');
    END LOOP;
END $do$;
"""


class Migration(migrations.Migration):
    dependencies = [("mechanism", "0011_someone_of_her_own"), ("tasks", "0002_policies")]
    operations = [migrations.RunSQL(PLANNED_ONCE, migrations.RunSQL.noop)]
