"""Who sees a closing, whose hands it needs, and who acts for a colleague who is away."""

from typing import Any

from django.db import migrations

from cadra.foundation.access.protected import Protect
from cadra.foundation.kernel.pack import pack

HANDS = """
-- Nobody proposes or confirms for somebody else, and nobody confirms her own proposal.
CREATE FUNCTION authz.closing_has_hands() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me uuid;
BEGIN
    IF current_user = 'cadra_owner' THEN RETURN NEW; END IF;
    me := authz.me();
    IF TG_OP = 'INSERT' THEN
        IF NEW.proposed_by IS DISTINCT FROM me OR NEW.confirmed_by IS NOT NULL OR NEW.returned_by IS NOT NULL THEN
            RAISE EXCEPTION 'a closing begins with the hand of who proposes it' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.proposed_by, NEW.proposed_at, NEW.reason, NEW.her_word, NEW.open_goals, NEW.open_referrals)
        IS DISTINCT FROM
       (OLD.proposed_by, OLD.proposed_at, OLD.reason, OLD.her_word, OLD.open_goals, OLD.open_referrals) THEN
        RAISE EXCEPTION 'what was proposed does not change' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.confirmed_by IS NOT NULL OR OLD.returned_by IS NOT NULL THEN
        RAISE EXCEPTION 'this closing is decided' USING ERRCODE = 'check_violation';
    END IF;
    IF COALESCE(NEW.confirmed_by, NEW.returned_by) IS DISTINCT FROM me OR NEW.confirmed_by = OLD.proposed_by THEN
        RAISE EXCEPTION 'somebody else looks at it a second time' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION authz.closing_has_hands() FROM PUBLIC;
CREATE TRIGGER b_hands BEFORE INSERT OR UPDATE ON cases_closing
    FOR EACH ROW EXECUTE FUNCTION authz.closing_has_hands();
"""

COUNTRY = """
-- The one thing of the country PostgreSQL must know: where a day begins and ends.
CREATE TABLE authz.country (zone text NOT NULL);
CREATE UNIQUE INDEX one_country ON authz.country ((true));
CREATE FUNCTION authz.ends(of_day date) RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (of_day + 1)::timestamp AT TIME ZONE zone FROM authz.country
$$;
CREATE FUNCTION authz.today() RETURNS date LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (now() AT TIME ZONE zone)::date FROM authz.country
$$;
-- Who acts for a colleague: she herself, or when she is away whoever covers for her, and so on; nobody gives no row.
CREATE FUNCTION authz.stands_in(wanted uuid) RETURNS SETOF uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE line AS (
        SELECT u.id, u.covered_by_id, 0 AS step, u.is_active AND NOT COALESCE(
            authz.today() BETWEEN u.absent_from AND u.absent_until, false) AS there
        FROM public.network_user u WHERE u.id = wanted
        UNION ALL
        SELECT u.id, u.covered_by_id, l.step + 1, u.is_active AND NOT COALESCE(
            authz.today() BETWEEN u.absent_from AND u.absent_until, false)
        FROM line l JOIN public.network_user u ON u.id = l.covered_by_id WHERE NOT l.there AND l.step < 5)
    SELECT id FROM line WHERE there ORDER BY step LIMIT 1
$$;
REVOKE EXECUTE ON FUNCTION authz.ends(date), authz.today(), authz.stands_in(uuid) FROM PUBLIC;
"""


def say_where(apps: Any, editor: Any) -> None:
    """A copy serves one country for all its life."""
    editor.execute("INSERT INTO authz.country (zone) VALUES (%s)", [pack().zone_name])


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_next_dates_and_closing"), ("network", "__first__"), ("access", "0003_policies")]
    operations = [
        Protect(
            "cases_closing",
            "support",
            insert_check="authz.may_grant(case_id, '{}')",
            update_check="authz.may_grant(case_id, '{}')",
            stats=("case_id", "reason", "proposed_at", "confirmed_at", "returned_at"),
        ),
        migrations.RunSQL(HANDS, migrations.RunSQL.noop),
        migrations.RunSQL(COUNTRY, migrations.RunSQL.noop),
        migrations.RunPython(say_where, migrations.RunPython.noop),
    ]
