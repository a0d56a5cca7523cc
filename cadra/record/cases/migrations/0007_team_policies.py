"""Who sees that somebody was asked or that a file changes hands, whose hands it needs, and what an answer opens."""

from django.db import migrations

from cadra.foundation.access.protected import Protect

FITS = """
-- May this colleague work with her? There, and neither she nor her institution nor a desk of hers is feared.
CREATE FUNCTION authz.may_work_with(of_case uuid, wanted uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM network_user u WHERE u.id = wanted AND u.is_active) AND NOT EXISTS (
        SELECT 1 FROM access_refusal f WHERE f.case_id = of_case AND f.ended_at IS NULL AND f.principal IN (
            SELECT u.principal FROM network_user u WHERE u.id = wanted
            UNION ALL SELECT i.principal FROM network_user u JOIN network_institution i ON i.id = u.institution_id
                WHERE u.id = wanted
            UNION ALL SELECT d.principal FROM network_deskmember m JOIN network_desk d ON d.id = m.desk_id
                WHERE m.user_id = wanted))
$$;
"""

HANDS = """
-- Whoever asks does it in her own name and cannot ask somebody feared; only whoever was asked answers.
CREATE FUNCTION authz.assignment_has_hands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me uuid := authz.me();
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.asked_by IS DISTINCT FROM me OR NEW.state <> 'asked' OR NOT authz.may_work_with(NEW.case_id, NEW.user_id)
            OR NEW.grant_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM access_grant g JOIN network_user u ON u.id = NEW.user_id AND u.principal = g.grantee
                WHERE g.id = NEW.grant_id AND g.case_id = NEW.case_id AND g.scope = 'referral' AND g.given_by = me
                    AND g.ended_at IS NULL)
        THEN
            RAISE EXCEPTION 'this colleague cannot be asked' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.place, NEW.user_id, NEW.institution_id, NEW.parts, NEW.grant_id, NEW.asked_by, NEW.asked_at, NEW.against_wish)
        IS DISTINCT FROM
       (OLD.place, OLD.user_id, OLD.institution_id, OLD.parts, OLD.grant_id, OLD.asked_by, OLD.asked_at, OLD.against_wish)
    THEN
        RAISE EXCEPTION 'what was asked does not change' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (CASE NEW.state
        WHEN 'accepted' THEN OLD.state = 'asked' AND OLD.user_id = me AND authz.may_work_with(OLD.case_id, me)
        WHEN 'declined' THEN OLD.state IN ('asked', 'accepted') AND OLD.user_id = me
        WHEN 'withdrawn' THEN OLD.state = 'asked' AND authz.may_grant(OLD.case_id, '{}')
        WHEN 'ended' THEN OLD.state = 'accepted' AND authz.may_grant(OLD.case_id, '{}')
        ELSE false END)
    THEN
        RAISE EXCEPTION 'only whoever was asked answers' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_hands BEFORE INSERT OR UPDATE ON cases_assignment FOR EACH ROW
    WHEN (current_user <> 'cadra_owner') EXECUTE FUNCTION authz.assignment_has_hands();

-- Her yes opens what was given to her with the question; anything else closes it again.
CREATE FUNCTION authz.assignment_answered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.state = 'accepted' THEN
        UPDATE access_grant SET scope = 'file'
            WHERE id = NEW.grant_id AND case_id = NEW.case_id AND ended_at IS NULL AND scope = 'referral';
        PERFORM authz.refresh(ARRAY[NEW.case_id]);
    ELSE
        UPDATE access_grant SET ended_at = now(), end_reason = NEW.state WHERE id = NEW.grant_id AND ended_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER z_answered AFTER UPDATE OF state ON cases_assignment FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state AND NEW.grant_id IS NOT NULL)
    EXECUTE FUNCTION authz.assignment_answered();

-- A file goes to somebody only by her own yes, never to somebody feared, and what was answered stays answered.
CREATE FUNCTION authz.handover_has_hands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me uuid := authz.me();
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.written_by IS DISTINCT FROM me OR NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'a hand-over begins as a draft of whoever writes it' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF OLD.state <> 'draft' AND (NEW.to_user, NEW.from_user, NEW.written_by, NEW.sent_at, NEW.against_wish)
        IS DISTINCT FROM (OLD.to_user, OLD.from_user, OLD.written_by, OLD.sent_at, OLD.against_wish)
    THEN
        RAISE EXCEPTION 'what was sent does not change' USING ERRCODE = 'check_violation';
    ELSIF NEW.state <> OLD.state AND NOT (CASE NEW.state
        WHEN 'sent' THEN OLD.state = 'draft'
        WHEN 'accepted' THEN OLD.state = 'sent' AND OLD.to_user = me
        WHEN 'declined' THEN OLD.state = 'sent' AND OLD.to_user = me
        WHEN 'withdrawn' THEN OLD.state IN ('draft', 'sent')
        ELSE false END)
    THEN
        RAISE EXCEPTION 'only whoever it was sent to takes a file over' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.to_user IS NOT NULL AND NEW.state IN ('draft', 'sent', 'accepted')
        AND (TG_OP = 'INSERT' OR NEW.state <> OLD.state OR NEW.to_user IS DISTINCT FROM OLD.to_user)
        AND NOT authz.may_work_with(NEW.case_id, NEW.to_user)
    THEN
        RAISE EXCEPTION 'this colleague cannot take the file over' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_hands BEFORE INSERT OR UPDATE ON cases_handover FOR EACH ROW
    WHEN (current_user <> 'cadra_owner') EXECUTE FUNCTION authz.handover_has_hands();
REVOKE EXECUTE ON FUNCTION authz.may_work_with(uuid, uuid), authz.assignment_has_hands(), authz.assignment_answered(),
    authz.handover_has_hands() FROM PUBLIC;
"""

ENDS = """
-- A grant may end or be shortened. It never changes otherwise, and an ended one stays ended. The one exception is not
-- the application's: the yes of whoever was asked turns what she was sent into what she works with.
CREATE OR REPLACE FUNCTION authz.only_ends() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    free text[] := '{ended_at,end_reason,until,visible_to,refused_to}';
BEGIN
    IF TG_TABLE_NAME = 'access_grant' AND current_user = 'cadra_owner'
        AND to_jsonb(OLD) ->> 'scope' = 'referral' AND to_jsonb(NEW) ->> 'scope' = 'file' THEN
        free := free || 'scope'::text;
    END IF;
    IF OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at
       OR TG_TABLE_NAME = 'access_grant' AND (to_jsonb(NEW) - free) <> (to_jsonb(OLD) - free)
       OR TG_TABLE_NAME = 'access_grant' AND (to_jsonb(NEW) ->> 'until')::timestamptz > (to_jsonb(OLD) ->> 'until')::timestamptz
       OR TG_TABLE_NAME = 'access_refusal' AND (to_jsonb(NEW) ->> 'principal') <> (to_jsonb(OLD) ->> 'principal')
    THEN
        RAISE EXCEPTION 'access can only end' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_team"), ("access", "0011_resting"), ("network", "0002_cover_days")]
    operations = [
        Protect(
            "cases_assignment",
            "core",
            by_referral="envelope",
            insert_check="authz.may_grant(case_id, '{}')",
        ),
        Protect(
            "cases_handover",
            "support",
            insert_check="authz.may_grant(case_id, '{}')",
            update_check="authz.may_grant(case_id, '{}')",
        ),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + FITS + HANDS + ENDS, migrations.RunSQL.noop),
    ]
