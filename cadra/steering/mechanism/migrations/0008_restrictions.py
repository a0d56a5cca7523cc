"""The review of a restriction and the answer to an objection are dates of the file."""

from django.db import migrations

DUE = """
-- Two more sources of dates are put into the sum, whatever other sources it has by now.
DO $do$
DECLARE
    told text := pg_get_functiondef('authz.next_due(cases_case)'::regprocedure);
BEGIN
    IF position(') AS dates' IN told) = 0 THEN
        RAISE EXCEPTION 'authz.next_due is not the sum it was';
    END IF;
    EXECUTE replace(told, ') AS dates', '    UNION ALL
        SELECT authz.ends(review_on) FROM support_restriction
            WHERE case_id = of_case.case_id AND ended_on IS NULL
        UNION ALL
        SELECT due_at FROM support_exclusion
            WHERE case_id = of_case.case_id AND state IN (''noticed'', ''agreed'')
    ) AS dates');
END $do$;
"""
#: Tables with dates, and which columns move them.
SOURCES = {"support_restriction": "review_on, ended_on", "support_exclusion": "due_at, state"}
WATCH = """
CREATE TRIGGER due_begins AFTER INSERT ON {table} REFERENCING NEW TABLE AS begun
    FOR EACH STATEMENT EXECUTE FUNCTION authz.due_begins();
CREATE TRIGGER due_moves AFTER DELETE OR UPDATE OF {columns} ON {table}
    FOR EACH ROW EXECUTE FUNCTION authz.due_moves();
"""


class Migration(migrations.Migration):
    dependencies = [("mechanism", "0007_documents"), ("support", "0012_fairness_policies")]
    operations = [
        migrations.RunSQL(DUE, migrations.RunSQL.noop),
        *(
            migrations.RunSQL(WATCH.format(table=table, columns=columns), migrations.RunSQL.noop)
            for table, columns in SOURCES.items()
        ),
    ]
