"""Who sees a task, who answers for it when whoever has it is away or gone, and what a calendar may ask."""

from django.db import migrations

from cadra.foundation.access.protected import Protect
from cadra.foundation.kernel.roles import WITHOUT_FILES

OF_THE_HOUSE = """
-- The institution of whoever asks.
CREATE FUNCTION authz.my_house() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT institution_id FROM network_user WHERE id = authz.me()
$$;
REVOKE EXECUTE ON FUNCTION authz.my_house() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.my_house() TO cadra_app;

ALTER TABLE tasks_housetask ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks_housetask FORCE ROW LEVEL SECURITY;
CREATE POLICY tasks_housetask_owner ON tasks_housetask TO cadra_owner USING (true) WITH CHECK (true);
CREATE POLICY tasks_housetask_house ON tasks_housetask TO cadra_app
    USING (house_id = (SELECT authz.my_house())) WITH CHECK (house_id = (SELECT authz.my_house()));
GRANT SELECT, INSERT, UPDATE ON tasks_housetask TO cadra_app;

ALTER TABLE tasks_calendaraddress ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks_calendaraddress FORCE ROW LEVEL SECURITY;
CREATE POLICY tasks_calendaraddress_owner ON tasks_calendaraddress TO cadra_owner USING (true) WITH CHECK (true);
CREATE POLICY tasks_calendaraddress_own ON tasks_calendaraddress TO cadra_app
    USING (user_id = (SELECT authz.me())) WITH CHECK (user_id = (SELECT authz.me()));
GRANT SELECT, INSERT ON tasks_calendaraddress TO cadra_app;
GRANT UPDATE (revoked_at) ON tasks_calendaraddress TO cadra_app;
"""

WHO = f"""
-- What a user stands for in grants: as network.queries.principals_of says it.
CREATE FUNCTION authz.principals_of(wanted uuid) RETURNS integer[] LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT u.principal || CASE WHEN EXISTS (
            SELECT 1 FROM network_roleholding h WHERE h.user_id = u.id
                AND h.role <> ALL ('{{{",".join(sorted(WITHOUT_FILES))}}}'))
        THEN i.principal || ARRAY(
            SELECT d.principal FROM network_deskmember m JOIN network_desk d ON d.id = m.desk_id
                OR d.cover_id = m.desk_id AND d.institution_id = u.institution_id
                    AND authz.today() BETWEEN d.cover_from AND d.cover_until
            WHERE m.user_id = u.id)
        ELSE '{{}}'::integer[] END
    FROM network_user u JOIN network_institution i ON i.id = u.institution_id WHERE u.id = wanted
$$;
CREATE FUNCTION authz.sees(principals integer[], visible integer[], refused integer[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT visible && principals AND NOT refused && principals
$$;
-- Without a search path of its own, so that PostgreSQL writes it into the queries of the functions that call it (theirs
-- is pinned): asked of all colleagues by itself it took most of My work. Most are never absent; the day is asked last.
CREATE FUNCTION authz.is_there(u network_user) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT u.is_active AND (u.absent_from IS NULL OR u.absent_until IS NULL
        OR NOT authz.today() BETWEEN u.absent_from AND u.absent_until)
$$;

-- Those who are away and for whom, in the end, this user acts; nobody while she is away herself (authz.stands_in,
-- asked from the other end).
CREATE FUNCTION authz.stood_in_by(wanted uuid) RETURNS SETOF uuid LANGUAGE sql STABLE ROWS 3
SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE line AS (
        SELECT u.id, 1 AS step FROM network_user u WHERE u.covered_by_id = wanted AND u.id <> wanted
            AND NOT authz.is_there(u)
        UNION ALL
        SELECT u.id, l.step + 1 FROM line l JOIN network_user u ON u.covered_by_id = l.id
        WHERE u.id <> wanted AND NOT authz.is_there(u) AND l.step < 5)
    SELECT DISTINCT id FROM line
    WHERE EXISTS (SELECT 1 FROM network_user u WHERE u.id = wanted AND authz.is_there(u))
$$;

-- Holders of a role in these houses who are there, or whoever stands in for them.
CREATE FUNCTION authz.there_with(wanted text, houses uuid[]) RETURNS SETOF uuid LANGUAGE sql STABLE ROWS 3
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT s FROM network_user u JOIN network_roleholding h ON h.user_id = u.id AND h.role = wanted
        CROSS JOIN LATERAL authz.stands_in(u.id) AS s
    WHERE u.institution_id = ANY (houses)
$$;

-- Who answers for a task about a file: whoever has it or stands in for her, when that one sees it; else who carries the
-- file and who leads where the task or the file is; at last the officers of the Responsible Authority. Nobody who does
-- not see it.
CREATE FUNCTION authz.task_answerers(assignee uuid, visible integer[], refused integer[], of_case uuid)
RETURNS SETOF uuid LANGUAGE plpgsql STABLE ROWS 3 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    carrier uuid;
    held_by integer;
    houses uuid[];
BEGIN
    RETURN QUERY SELECT s FROM authz.stands_in(assignee) AS s WHERE authz.sees(authz.principals_of(s), visible, refused);
    IF FOUND THEN RETURN; END IF;
    SELECT c.manager_id, c.holder INTO carrier, held_by FROM cases_case c WHERE c.case_id = of_case;
    houses := ARRAY(SELECT u.institution_id FROM network_user u WHERE u.id = assignee
        UNION SELECT i.id FROM network_institution i WHERE i.principal = held_by);
    RETURN QUERY SELECT s FROM (
            SELECT authz.stands_in(carrier) UNION SELECT authz.there_with('supervisor', houses)) AS near(s)
        WHERE authz.sees(authz.principals_of(s), visible, refused);
    IF FOUND THEN RETURN; END IF;
    RETURN QUERY SELECT s FROM authz.there_with('ra_officer',
            ARRAY(SELECT id FROM network_institution WHERE is_responsible_authority AND is_active)) AS s
        WHERE authz.sees(authz.principals_of(s), visible, refused);
END $$;

-- Who answers for an institution's own task: the same, within the house; at last whoever administers it.
CREATE FUNCTION authz.house_task_answerers(assignee uuid, house uuid) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 3 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT s FROM authz.stands_in(assignee) AS s JOIN network_user u ON u.id = s AND u.institution_id = house;
    IF FOUND THEN RETURN; END IF;
    RETURN QUERY SELECT authz.there_with('supervisor', ARRAY[house]);
    IF FOUND THEN RETURN; END IF;
    RETURN QUERY SELECT authz.there_with('institution_admin', ARRAY[house]);
END $$;

-- Grants end, and people are feared: whoever has a task may not see it any more. Then it is lost to her.
CREATE FUNCTION authz.task_lost() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.lost := NOT COALESCE(
        authz.sees(authz.principals_of(NEW.assignee_id), NEW.visible_to, NEW.refused_to), false);
    RETURN NEW;
END $$;
CREATE TRIGGER c_lost_begins BEFORE INSERT ON tasks_task FOR EACH ROW EXECUTE FUNCTION authz.task_lost();
CREATE TRIGGER c_lost BEFORE UPDATE OF assignee_id, visible_to, refused_to, lost ON tasks_task
    FOR EACH ROW EXECUTE FUNCTION authz.task_lost();
-- The same when she changes her role, her desk or her institution.
CREATE FUNCTION authz.tasks_of_who_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moved uuid := CASE TG_TABLE_NAME WHEN 'network_user' THEN (to_jsonb(NEW) ->> 'id')::uuid
        ELSE (to_jsonb(COALESCE(NEW, OLD)) ->> 'user_id')::uuid END;
BEGIN
    UPDATE tasks_task SET lost = lost WHERE assignee_id = moved AND state = 'open';
    RETURN NULL;
END $$;
CREATE TRIGGER tasks_follow AFTER INSERT OR DELETE ON network_roleholding
    FOR EACH ROW EXECUTE FUNCTION authz.tasks_of_who_moved();
CREATE TRIGGER tasks_follow AFTER INSERT OR DELETE ON network_deskmember
    FOR EACH ROW EXECUTE FUNCTION authz.tasks_of_who_moved();
CREATE TRIGGER tasks_follow AFTER UPDATE OF institution_id ON network_user
    FOR EACH ROW EXECUTE FUNCTION authz.tasks_of_who_moved();

-- Whoever asks, when she is there, and those she stands in for.
CREATE FUNCTION authz.all_i_am() RETURNS SETOF uuid LANGUAGE sql STABLE ROWS 3
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT u.id FROM network_user u WHERE u.id = authz.me() AND authz.is_there(u)
    UNION SELECT authz.stood_in_by(authz.me())
$$;

-- Open tasks of others that whoever asks answers for now. The branches only narrow down where to look; whether the one
-- who has it still keeps it, and who answers otherwise, is judged as above.
CREATE FUNCTION authz.tasks_falling_to_me() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, public, pg_temp AS $$
    WITH mine AS MATERIALIZED (
        SELECT u.id, u.institution_id,
            EXISTS (SELECT 1 FROM network_roleholding h WHERE h.user_id = u.id AND h.role = 'supervisor') AS leads,
            EXISTS (SELECT 1 FROM network_roleholding h WHERE h.user_id = u.id AND h.role = 'ra_officer') AS officer
        FROM network_user u WHERE u.id IN (SELECT authz.all_i_am())),
    led AS MATERIALIZED (
        SELECT i.id, i.principal FROM network_institution i
        WHERE i.id IN (SELECT institution_id FROM mine WHERE leads)),
    away AS MATERIALIZED (
        SELECT u.id FROM network_user u
        WHERE (u.institution_id IN (SELECT id FROM led) OR EXISTS (SELECT 1 FROM mine WHERE officer))
            AND NOT authz.is_there(u)),
    found AS MATERIALIZED (
        SELECT t.id FROM tasks_task t
            WHERE t.state = 'open' AND t.assignee_id <> (SELECT authz.me())
                AND t.assignee_id IN (SELECT id FROM mine UNION SELECT id FROM away)
        UNION
        SELECT t.id FROM cases_case c JOIN tasks_task t ON t.case_id = c.case_id AND t.state = 'open'
            WHERE c.manager_id IN (SELECT id FROM mine) AND c.closed_at IS NULL
                AND t.assignee_id <> (SELECT authz.me())
        UNION
        SELECT t.id FROM cases_case c JOIN tasks_task t ON t.case_id = c.case_id AND t.state = 'open'
            WHERE c.closed_at IS NULL AND (c.manager_id IS NULL OR c.manager_id IN (SELECT id FROM away))
                AND c.holder IN (SELECT principal FROM led)
        UNION
        SELECT t.id FROM tasks_task t WHERE t.state = 'open' AND t.lost),
    others AS MATERIALIZED (
        SELECT t.* FROM found f JOIN tasks_task t ON t.id = f.id
        WHERE t.rests = '' AND t.assignee_id <> (SELECT authz.me())
            AND authz.sees(current_setting('cadra.principals')::integer[], t.visible_to, t.refused_to)),
    kept AS MATERIALIZED (
        SELECT a.id, s.stand, authz.principals_of(s.stand) AS principals
        FROM (SELECT DISTINCT assignee_id AS id FROM others) a
        LEFT JOIN LATERAL authz.stands_in(a.id) AS s(stand) ON true)
    SELECT o.id FROM others o JOIN kept k ON k.id = o.assignee_id
    WHERE CASE WHEN COALESCE(authz.sees(k.principals, o.visible_to, o.refused_to), false) THEN k.stand = authz.me()
        ELSE authz.me() IN (SELECT authz.task_answerers(o.assignee_id, o.visible_to, o.refused_to, o.case_id)) END
$$;
CREATE FUNCTION authz.house_tasks_falling_to_me() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 5
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.id FROM tasks_housetask t
    WHERE t.state = 'open' AND t.house_id = authz.my_house() AND t.assignee_id <> authz.me()
        AND t.assignee_id NOT IN (
            SELECT u.id FROM network_user u WHERE u.institution_id = authz.my_house() AND authz.is_there(u))
        AND authz.me() IN (SELECT authz.house_task_answerers(t.assignee_id, t.house_id))
$$;
REVOKE EXECUTE ON FUNCTION authz.principals_of(uuid), authz.sees(integer[], integer[], integer[]),
    authz.is_there(network_user), authz.stood_in_by(uuid), authz.there_with(text, uuid[]),
    authz.task_answerers(uuid, integer[], integer[], uuid), authz.house_task_answerers(uuid, uuid), authz.all_i_am(),
    authz.tasks_falling_to_me(), authz.house_tasks_falling_to_me(), authz.task_lost(), authz.tasks_of_who_moved()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.tasks_falling_to_me(), authz.house_tasks_falling_to_me() TO cadra_app;
"""

CLOCK = """
-- Each date is told of once when it comes near and once when it has passed. Returned are only a kind and users.
CREATE FUNCTION authz.tell_of_tasks(near timestamptz) RETURNS TABLE (kind text, who uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH soon AS (
        UPDATE tasks_task SET reminded_at = now()
        WHERE state = 'open' AND rests = '' AND due_at > now() AND due_at <= near AND reminded_at IS NULL
        RETURNING assignee_id, visible_to, refused_to, case_id),
    late AS (
        UPDATE tasks_task SET late_told_at = now()
        WHERE state = 'open' AND rests = '' AND due_at <= now() AND late_told_at IS NULL
        RETURNING assignee_id, visible_to, refused_to, case_id),
    house_soon AS (
        UPDATE tasks_housetask SET reminded_at = now()
        WHERE state = 'open' AND due_at > now() AND due_at <= near AND reminded_at IS NULL
        RETURNING assignee_id, house_id),
    house_late AS (
        UPDATE tasks_housetask SET late_told_at = now()
        WHERE state = 'open' AND due_at <= now() AND late_told_at IS NULL
        RETURNING assignee_id, house_id)
    SELECT 'soon', w FROM soon s
        CROSS JOIN LATERAL authz.task_answerers(s.assignee_id, s.visible_to, s.refused_to, s.case_id) AS w
    UNION SELECT 'late', w FROM late l
        CROSS JOIN LATERAL authz.task_answerers(l.assignee_id, l.visible_to, l.refused_to, l.case_id) AS w
    UNION SELECT 'soon', w FROM house_soon h CROSS JOIN LATERAL authz.house_task_answerers(h.assignee_id, h.house_id) AS w
    UNION SELECT 'late', w FROM house_late h CROSS JOIN LATERAL authz.house_task_answerers(h.assignee_id, h.house_id) AS w
$$;

-- What is past its time of keeping.
CREATE FUNCTION authz.sweep_tasks() RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM tasks_housetask WHERE state <> 'open' AND ended_at < now() - interval '2 years';
    DELETE FROM tasks_calendaraddress WHERE revoked_at < now() - interval '30 days';
    -- A desk's cover begins and ends by itself: whoever sees a file by it may have lost it overnight.
    UPDATE tasks_task SET lost = lost WHERE state = 'open' AND assignee_id IN (
        SELECT m.user_id FROM network_deskmember m JOIN network_desk d ON d.cover_id = m.desk_id);
$$;
REVOKE EXECUTE ON FUNCTION authz.tell_of_tasks(timestamptz), authz.sweep_tasks() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.tell_of_tasks(timestamptz), authz.sweep_tasks() TO cadra_app;
"""

CALENDAR = """
-- A calendar asks with a token and no session. It gets days, hours and numbers: no title, no file, no name. The first
-- row carries the language alone and says that the address lives; a wrong, revoked or closed one gives no row at all.
CREATE FUNCTION authz.calendar(hash bytea, since date, until date)
RETURNS TABLE (language text, on_day date, at_time timestamptz, tasks bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    a tasks_calendaraddress;
    principals integer[];
BEGIN
    SELECT c.* INTO a FROM tasks_calendaraddress c JOIN network_user u ON u.id = c.user_id AND u.is_active
        WHERE c.token_hash = hash AND c.revoked_at IS NULL;
    IF a.id IS NULL THEN RETURN; END IF;
    UPDATE tasks_calendaraddress SET asked_on = authz.today() WHERE id = a.id AND asked_on IS DISTINCT FROM authz.today();
    RETURN QUERY SELECT a.language::text, NULL::date, NULL::timestamptz, 0::bigint;
    principals := authz.principals_of(a.user_id);
    RETURN QUERY
        SELECT NULL::text, d.due_on, CASE WHEN d.due_time IS NOT NULL THEN d.due_at END, count(*) FROM (
            SELECT t.due_on, t.due_time, t.due_at FROM tasks_task t
            WHERE t.state = 'open' AND t.rests = '' AND t.due_on BETWEEN since AND until
                AND t.assignee_id IN (SELECT a.user_id UNION SELECT authz.stood_in_by(a.user_id))
                AND authz.sees(principals, t.visible_to, t.refused_to)
            UNION ALL
            SELECT h.due_on, h.due_time, h.due_at FROM tasks_housetask h JOIN network_user u ON u.id = a.user_id
            WHERE h.state = 'open' AND h.due_on BETWEEN since AND until AND h.house_id = u.institution_id
                AND h.assignee_id IN (SELECT a.user_id UNION SELECT authz.stood_in_by(a.user_id))) AS d
        GROUP BY 2, 3 ORDER BY 2, 3 LIMIT 1000;
END $$;
REVOKE EXECUTE ON FUNCTION authz.calendar(bytea, date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.calendar(bytea, date, date) TO cadra_gate;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0001_initial"),
        ("cases", "0004_closing"),
        ("network", "0002_cover_days"),
        ("access", "0011_resting"),
    ]
    operations = [
        Protect("tasks_task", "*", stats=("case_id", "kind", "state", "due_on", "made_at", "ended_at")),
        migrations.RunSQL(OF_THE_HOUSE, migrations.RunSQL.noop),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + WHO, migrations.RunSQL.noop),
        migrations.RunSQL(CLOCK, migrations.RunSQL.noop),
        migrations.RunSQL(CALENDAR, migrations.RunSQL.noop),
    ]
