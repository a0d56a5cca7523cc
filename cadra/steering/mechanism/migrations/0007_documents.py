"""A paper that is expected is a date of the file."""

from django.db import migrations

DUE = """
-- One more source of dates is put into the sum, whatever other sources it has by now.
DO $do$
DECLARE
    told text := pg_get_functiondef('authz.next_due(cases_case)'::regprocedure);
BEGIN
    IF position(') AS dates' IN told) = 0 THEN
        RAISE EXCEPTION 'authz.next_due is not the sum it was';
    END IF;
    EXECUTE replace(told, ') AS dates', '    UNION ALL
        SELECT authz.ends(expected_on) FROM documents_paper
            WHERE case_id = of_case.case_id AND progress IN (''lacking'', ''applied'')
    ) AS dates');
END $do$;
CREATE TRIGGER due_begins AFTER INSERT ON documents_paper REFERENCING NEW TABLE AS begun
    FOR EACH STATEMENT EXECUTE FUNCTION authz.due_begins();
CREATE TRIGGER due_moves AFTER DELETE OR UPDATE OF progress, expected_on ON documents_paper
    FOR EACH ROW EXECUTE FUNCTION authz.due_moves();
"""


class Migration(migrations.Migration):
    dependencies = [("mechanism", "0006_requests"), ("documents", "0002_policies")]
    operations = [migrations.RunSQL(DUE, migrations.RunSQL.noop)]
