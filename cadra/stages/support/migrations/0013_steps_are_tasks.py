"""Steps of a goal are tasks of the record; PostgreSQL keeps a goal's next date from them."""

from django.db import migrations, models

STEPS = """
-- A step leads to a goal of its own file, and stays with it.
CREATE FUNCTION authz.step_of_its_goal() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.kind, NEW.origin_id) IS DISTINCT FROM (OLD.kind, OLD.origin_id)
        OR (NEW.kind = 'step') <> (NEW.origin_id IS NOT NULL)
        OR NEW.kind = 'step' AND TG_OP = 'INSERT' AND NOT EXISTS (
            SELECT 1 FROM support_goal g WHERE g.id = NEW.origin_id AND g.case_id = NEW.case_id) THEN
        RAISE EXCEPTION 'a step stays with its goal' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_step_of_its_goal BEFORE INSERT OR UPDATE ON tasks_task
    FOR EACH ROW EXECUTE FUNCTION authz.step_of_its_goal();

-- The earliest day of a goal's open steps.
CREATE FUNCTION authz.goal_due() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE support_goal g SET due_on = s.due_on
    FROM (SELECT min(t.due_on) AS due_on FROM tasks_task t
          WHERE t.origin_id = NEW.origin_id AND t.kind = 'step' AND t.state = 'open') s
    WHERE g.id = NEW.origin_id AND g.due_on IS DISTINCT FROM s.due_on;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION authz.step_of_its_goal(), authz.goal_due() FROM PUBLIC;
CREATE TRIGGER goal_due_begins AFTER INSERT ON tasks_task
    FOR EACH ROW WHEN (NEW.kind = 'step') EXECUTE FUNCTION authz.goal_due();
CREATE TRIGGER goal_due_moves AFTER UPDATE OF due_on, state ON tasks_task
    FOR EACH ROW WHEN (NEW.kind = 'step') EXECUTE FUNCTION authz.goal_due();
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0012_fairness_policies"), ("tasks", "0002_policies")]
    operations = [
        migrations.RemoveField(model_name="goal", name="steps"),
        migrations.AlterField(
            model_name="goal", name="due_on", field=models.DateField(editable=False, null=True)
        ),
        migrations.RunSQL(STEPS, migrations.RunSQL.noop),
    ]
