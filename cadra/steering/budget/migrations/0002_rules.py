"""Who sees money, and what PostgreSQL holds about it: balance, second person, two people for cash."""

from django.db import migrations

from cadra.foundation.access.protected import OwnRows, Protect

COUNTS = """
-- Each entry waits for its line: of two who spend the same money at once, the second sees what the first left.
CREATE FUNCTION authz.budget_counts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me uuid;
    line budget_line;
    change bigint := 0;
BEGIN
    SELECT * INTO line FROM budget_line WHERE id = NEW.line_id FOR UPDATE;
    IF line.institution IS DISTINCT FROM NEW.institution OR line.currency IS DISTINCT FROM NEW.currency
        OR NEW."on" NOT BETWEEN line.starts AND line.ends THEN
        RAISE EXCEPTION 'not a line for this entry' USING ERRCODE = 'check_violation';
    END IF;
    IF session_user <> 'cadra_owner' THEN
        me := authz.me();
        IF TG_OP = 'INSERT' THEN
            IF NEW.recorded_by IS DISTINCT FROM me OR NEW.decided_by IS NOT NULL OR NEW.reason <> ''
                OR NEW.state NOT IN ('proposed', 'approved') THEN
                RAISE EXCEPTION 'an entry begins with the hand of who writes it' USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.way = 'cash' AND 2 <> (
                SELECT count(*) FROM network_user u JOIN network_institution i ON i.id = u.institution_id
                WHERE u.id IN (NEW.giver, NEW.witness) AND u.is_active AND i.principal = NEW.institution) THEN
                RAISE EXCEPTION 'cash needs two colleagues' USING ERRCODE = 'check_violation';
            END IF;
        ELSE
            IF (to_jsonb(NEW) - 'state' - 'reason' - 'decided_by' - 'decided_at')
                <> (to_jsonb(OLD) - 'state' - 'reason' - 'decided_by' - 'decided_at') THEN
                RAISE EXCEPTION 'what was written does not change' USING ERRCODE = 'check_violation';
            END IF;
            IF (OLD.state, NEW.state) NOT IN
                (('proposed', 'approved'), ('proposed', 'refused'), ('approved', 'taken_back')) THEN
                RAISE EXCEPTION 'this entry is decided' USING ERRCODE = 'check_violation';
            END IF;
            IF me IS NULL OR NEW.decided_by IS DISTINCT FROM me OR me = OLD.recorded_by OR NOT EXISTS (
                SELECT 1 FROM network_user u JOIN network_institution i ON i.id = u.institution_id
                JOIN network_roleholding h ON h.user_id = u.id AND h.role = 'supervisor'
                WHERE u.id = me AND i.principal = NEW.institution) THEN
                RAISE EXCEPTION 'a supervisor who did not write it decides' USING ERRCODE = 'check_violation';
            END IF;
        END IF;
    END IF;
    IF NEW.state = 'approved' THEN change := NEW.amount; END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'approved' THEN change := change - OLD.amount; END IF;
    END IF;
    IF change > 0 AND line.spent + change > line.amount AND (NEW.decided_by IS NULL OR NEW.reason = '') THEN
        RAISE EXCEPTION 'the line has not so much left' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE budget_line SET spent = spent + change WHERE id = line.id AND change <> 0;
    RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION authz.budget_counts() FROM PUBLIC;
CREATE TRIGGER b_counts BEFORE INSERT OR UPDATE ON budget_entry FOR EACH ROW EXECUTE FUNCTION authz.budget_counts();
"""

#: A line begins with nothing spent, under the hand of a supervisor of the institution.
OPENS = """
CREATE FUNCTION authz.budget_line_opens() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF session_user <> 'cadra_owner' AND (NEW.spent <> 0 OR NEW.opened_by IS DISTINCT FROM authz.me() OR NOT EXISTS (
        SELECT 1 FROM network_user u JOIN network_institution i ON i.id = u.institution_id
        JOIN network_roleholding h ON h.user_id = u.id AND h.role = 'supervisor'
        WHERE u.id = NEW.opened_by AND i.principal = NEW.institution)) THEN
        RAISE EXCEPTION 'a supervisor opens a line, and nothing is spent of it yet' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION authz.budget_line_opens() FROM PUBLIC;
CREATE TRIGGER b_opens BEFORE INSERT ON budget_line FOR EACH ROW EXECUTE FUNCTION authz.budget_line_opens();
"""

SAME_FILE = " AND ".join(
    f"(budget_assistance.{column} IS NULL OR EXISTS (SELECT 1 FROM {table} p"
    f" WHERE p.id = budget_assistance.{column} AND p.case_id = budget_assistance.case_id))"
    for column, table in (("delivery_id", "support_delivery"), ("offer_id", "support_offer"))
)


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0001_initial"),
        ("support", "0002_policies"),
        ("cases", "0002_policies"),
        ("access", "0011_resting"),
    ]
    operations = [
        OwnRows("budget_line", ("institution",), write=("INSERT",)),
        OwnRows("budget_entry", ("institution",), write=("INSERT", "UPDATE")),
        Protect(
            "budget_assistance",
            "support",
            write=("INSERT",),
            insert_check=f"authz.may_grant(budget_assistance.case_id, '{{}}') AND {SAME_FILE}",
        ),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + OPENS + COUNTS, migrations.RunSQL.noop),
    ]
