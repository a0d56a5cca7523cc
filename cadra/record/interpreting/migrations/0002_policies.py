"""Who reads the roster and requests, whom nobody may assign, and what follows from an answer.

She wins over everything: whoever is on her list is refused when assigned, and taken off in the statement that puts him
there, by whatever name he stands in the mechanism (the entry, an account, a desk, an institution).
"""

from django.db import migrations

from cadra.foundation.access.protected import Protect, Shared

ROSTER = """
-- An institution keeps its own entries, the Responsible Authority all of them.
CREATE FUNCTION authz.keeps_roster_of(house uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM network_institution i WHERE i.id = (SELECT authz.my_house())
        AND (i.id = house OR i.is_responsible_authority))
$$;
CREATE POLICY interpreting_interpreter_added ON interpreting_interpreter AS RESTRICTIVE FOR INSERT TO cadra_app
    WITH CHECK (authz.keeps_roster_of(institution_id));
CREATE POLICY interpreting_interpreter_own ON interpreting_interpreter AS RESTRICTIVE FOR UPDATE TO cadra_app
    USING (authz.keeps_roster_of(institution_id)) WITH CHECK (authz.keeps_roster_of(institution_id));
CREATE POLICY interpreting_undertaking_own ON interpreting_undertaking AS RESTRICTIVE FOR INSERT TO cadra_app
    WITH CHECK (EXISTS (SELECT 1 FROM interpreting_interpreter i
        WHERE i.id = interpreter_id AND authz.keeps_roster_of(i.institution_id)));

-- All that someone of the roster stands for in a refusal: the entry, the institution, the account and its desks.
CREATE FUNCTION authz.interpreter_is(wanted uuid) RETURNS integer[] LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT ARRAY(
        SELECT i.principal FROM interpreting_interpreter i WHERE i.id = wanted
        UNION SELECT h.principal FROM interpreting_interpreter i JOIN network_institution h ON h.id = i.institution_id
            WHERE i.id = wanted AND NOT i.freelance
        UNION SELECT unnest(ARRAY[u.principal, h.principal]) FROM interpreting_interpreter i
            JOIN network_user u ON u.id = i.user_id JOIN network_institution h ON h.id = u.institution_id
            WHERE i.id = wanted
        UNION SELECT d.principal FROM interpreting_interpreter i JOIN network_deskmember m ON m.user_id = i.user_id
            JOIN network_desk d ON d.id = m.desk_id WHERE i.id = wanted)
$$;
"""

ASSIGNING = """
-- Who may be assigned, and which answer may follow which. A refusal is judged before anything else, whenever a row moves.
CREATE FUNCTION authz.assignment_stands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wanted interpreting_request;
    feared boolean := NEW.refused_to && authz.interpreter_is(NEW.interpreter_id);
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.request_id, NEW.interpreter_id, NEW.conflicts, NEW.assigned_by)
            IS DISTINCT FROM (OLD.request_id, OLD.interpreter_id, OLD.conflicts, OLD.assigned_by)
            OR NEW.state <> OLD.state AND NOT (
                OLD.state = 'asked' AND NEW.state IN ('accepted', 'declined', 'silent', 'feared', 'taken_back')
                OR OLD.state = 'accepted' AND NEW.state IN ('declined', 'came', 'absent', 'feared', 'taken_back')) THEN
            RAISE EXCEPTION 'an assignment only moves on' USING ERRCODE = 'check_violation';
        END IF;
        IF feared AND NEW.state IN ('asked', 'accepted') THEN NEW.state := 'feared'; END IF;
        IF NEW.state NOT IN ('asked', 'accepted') THEN NEW.ended_at := COALESCE(NEW.ended_at, now()); END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO wanted FROM interpreting_request WHERE id = NEW.request_id;
    IF wanted.case_id IS DISTINCT FROM NEW.case_id OR wanted.state <> 'waiting'
        OR NEW.state NOT IN ('asked', 'conflict') THEN
        RAISE EXCEPTION 'this request waits for nobody' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'conflict' THEN RETURN NEW; END IF;
    IF feared THEN
        RAISE EXCEPTION 'she does not want this interpreter' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM interpreting_assignment a WHERE a.case_id = NEW.case_id
            AND a.interpreter_id = NEW.interpreter_id AND a.state = 'conflict') THEN
        RAISE EXCEPTION 'a conflict of interest is on record' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM interpreting_interpreter i JOIN interpreting_undertaking t ON t.interpreter_id = i.id
            WHERE i.id = NEW.interpreter_id AND i.is_active AND t.signed_on <= authz.today()
            AND authz.ends(t.until) > GREATEST(now(), wanted.starts_at)) THEN
        RAISE EXCEPTION 'no undertaking of confidentiality is in force' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER c_stands BEFORE INSERT OR UPDATE ON interpreting_assignment
    FOR EACH ROW EXECUTE FUNCTION authz.assignment_stands();

-- A request stands as its assignment says; without one it waits again, until somebody is found.
CREATE FUNCTION authz.request_follows() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE interpreting_request r SET
        state = CASE WHEN NEW.state IN ('asked', 'accepted', 'came') THEN NEW.state ELSE 'waiting' END,
        next_due_at = CASE NEW.state
            WHEN 'asked' THEN LEAST(NEW.answer_by, r.starts_at)
            WHEN 'accepted' THEN r.starts_at + make_interval(mins => r.minutes)
            WHEN 'came' THEN NULL
            ELSE LEAST(r.starts_at, GREATEST(r.find_by, now())) END
        WHERE r.id = NEW.request_id AND r.state <> 'dropped';
    RETURN NULL;
END $$;
CREATE TRIGGER follows AFTER INSERT ON interpreting_assignment FOR EACH ROW WHEN (NEW.state = 'asked')
    EXECUTE FUNCTION authz.request_follows();
CREATE TRIGGER follows_on AFTER UPDATE ON interpreting_assignment FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION authz.request_follows();

-- Whoever leaves the roster, or turns out to be someone she fears, is taken off at once.
CREATE FUNCTION authz.interpreter_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE interpreting_assignment SET state = CASE WHEN NEW.is_active THEN state ELSE 'taken_back' END
        WHERE interpreter_id = NEW.id AND state IN ('asked', 'accepted');
    RETURN NULL;
END $$;
CREATE TRIGGER changed AFTER UPDATE OF user_id, institution_id, freelance, is_active ON interpreting_interpreter
    FOR EACH ROW EXECUTE FUNCTION authz.interpreter_changed();
"""

APPOINTMENTS = """
-- What an interpreter with an account is told of her own appointments: nothing of the file, and not why one is off.
CREATE FUNCTION authz.my_appointments()
RETURNS TABLE (id uuid, reference varchar, starts_at timestamptz, minutes smallint, way varchar, language varchar,
    sex varchar, state text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a.id, r.reference, r.starts_at, r.minutes, r.way, r.language, r.sex,
        CASE WHEN a.state IN ('asked', 'accepted', 'declined') THEN a.state
             WHEN a.state IN ('came', 'absent') THEN 'over' ELSE 'off' END
    FROM interpreting_assignment a JOIN interpreting_request r ON r.id = a.request_id
    JOIN interpreting_interpreter i ON i.id = a.interpreter_id
    WHERE i.user_id = authz.me() AND a.state <> 'conflict' ORDER BY r.starts_at DESC, a.id LIMIT 50
$$;
-- Her yes or no; returns whom to tell, nobody when there is nothing of hers to answer.
CREATE FUNCTION authz.answer_appointment(wanted uuid, comes boolean) RETURNS uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH answered AS (
        UPDATE interpreting_assignment a SET state = CASE WHEN comes THEN 'accepted' ELSE 'declined' END,
            answered_at = now(), answered_by = authz.me()
        FROM interpreting_interpreter i
        WHERE a.id = wanted AND i.id = a.interpreter_id AND i.user_id = authz.me()
            AND (a.state = 'asked' OR a.state = 'accepted' AND NOT comes)
        RETURNING a.request_id)
    SELECT r.asked_by FROM answered JOIN interpreting_request r ON r.id = answered.request_id
$$;
REVOKE EXECUTE ON FUNCTION authz.keeps_roster_of(uuid), authz.interpreter_is(uuid), authz.assignment_stands(),
    authz.request_follows(), authz.interpreter_changed(), authz.my_appointments(),
    authz.answer_appointment(uuid, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.keeps_roster_of(uuid), authz.interpreter_is(uuid), authz.my_appointments(),
    authz.answer_appointment(uuid, boolean) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("interpreting", "0001_initial"),
        ("access", "0011_resting"),
        ("cases", "0005_without_manager"),
        ("tasks", "0002_policies"),
    ]
    operations = [
        Shared("interpreting_interpreter", write=("INSERT", "UPDATE")),
        Shared("interpreting_undertaking", write=("INSERT",)),
        Protect("interpreting_request", "core"),
        Protect("interpreting_assignment", "core"),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + ROSTER, migrations.RunSQL.noop),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + ASSIGNING, migrations.RunSQL.noop),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + APPOINTMENTS, migrations.RunSQL.noop),
    ]
