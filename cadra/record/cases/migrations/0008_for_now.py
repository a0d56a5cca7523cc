"""Whoever stands in for a professional beside her: asked for the days she is away, and over with them by itself."""

from django.db import migrations, models
from django.db.models import Q

from cadra.foundation.kernel.roles import WITHOUT_FILES

WHO = f"""
-- Does this colleague stand in, in a role of the same kind, until this day, for one who has this place and is away? What
-- was given with the question ends with that day.
CREATE FUNCTION authz.stands_in_beside(of_case uuid, of_place text, away uuid, stand uuid, last date, given uuid)
RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM network_user u JOIN network_user s ON s.id = stand AND s.id = u.covered_by_id AND s.is_active
        WHERE u.id = away AND authz.today() BETWEEN u.absent_from AND u.absent_until AND u.absent_until = last
            AND NOT COALESCE(authz.today() BETWEEN s.absent_from AND s.absent_until, false)
            AND EXISTS (SELECT 1 FROM network_roleholding a JOIN network_roleholding b USING (role)
                WHERE a.user_id = u.id AND b.user_id = s.id
                    AND a.role <> ALL ('{{{",".join(sorted(WITHOUT_FILES))}}}')))
      AND EXISTS (SELECT 1 FROM cases_assignment m WHERE m.case_id = of_case AND m.place = of_place
            AND m.user_id = away AND m.for_user IS NULL AND m.state IN ('asked', 'accepted'))
      AND EXISTS (SELECT 1 FROM access_grant g WHERE g.id = given AND g.until <= authz.ends(last))
$$;
"""

HANDS = """
-- Whoever asks does it in her own name and cannot ask somebody feared; only whoever was asked answers, and for a
-- colleague who is away only within the days.
CREATE OR REPLACE FUNCTION authz.assignment_has_hands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
            OR NEW.for_user IS NOT NULL AND NOT authz.stands_in_beside(
                NEW.case_id, NEW.place, NEW.for_user, NEW.user_id, NEW.until, NEW.grant_id)
        THEN
            RAISE EXCEPTION 'this colleague cannot be asked' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.place, NEW.user_id, NEW.institution_id, NEW.for_user, NEW.until, NEW.parts, NEW.grant_id, NEW.asked_by,
            NEW.asked_at, NEW.against_wish)
        IS DISTINCT FROM
       (OLD.place, OLD.user_id, OLD.institution_id, OLD.for_user, OLD.until, OLD.parts, OLD.grant_id, OLD.asked_by,
            OLD.asked_at, OLD.against_wish)
    THEN
        RAISE EXCEPTION 'what was asked does not change' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (CASE NEW.state
        WHEN 'accepted' THEN OLD.state = 'asked' AND OLD.user_id = me AND authz.may_work_with(OLD.case_id, me)
            AND (OLD.until IS NULL OR authz.today() <= OLD.until)
        WHEN 'declined' THEN OLD.state IN ('asked', 'accepted') AND OLD.user_id = me
        WHEN 'withdrawn' THEN OLD.state = 'asked' AND authz.may_grant(OLD.case_id, '{}')
        WHEN 'ended' THEN OLD.state = 'accepted' AND authz.may_grant(OLD.case_id, '{}')
        ELSE false END)
    THEN
        RAISE EXCEPTION 'only whoever was asked answers' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

ENDS = """
-- The place of somebody who stands in ends with the place itself, with the days, and when the colleague is back before.
-- With it her grant ends (z_answered), and her time in the team.
CREATE FUNCTION authz.place_ended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.for_user IS NULL THEN
        UPDATE cases_assignment SET state = 'ended', settled_at = now()
            WHERE case_id = NEW.case_id AND place = NEW.place AND for_user = NEW.user_id AND state IN ('asked', 'accepted');
    ELSE
        UPDATE cases_teammember SET until = now()
            WHERE case_id = NEW.case_id AND role = NEW.place AND user_id = NEW.user_id AND until IS NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER y_ended AFTER UPDATE OF state ON cases_assignment FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state AND NEW.state IN ('declined', 'withdrawn', 'ended'))
    EXECUTE FUNCTION authz.place_ended();

CREATE FUNCTION authz.days_over() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE cases_assignment SET state = 'ended', settled_at = now()
        WHERE grant_id = NEW.id AND for_user IS NOT NULL AND state IN ('asked', 'accepted');
    RETURN NULL;
END $$;
CREATE TRIGGER y_days_over AFTER UPDATE OF ended_at ON access_grant FOR EACH ROW
    WHEN (NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL) EXECUTE FUNCTION authz.days_over();

CREATE FUNCTION authz.back_before() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE cases_assignment SET state = 'ended', settled_at = now()
        WHERE for_user = NEW.id AND state IN ('asked', 'accepted')
            AND (NEW.covered_by_id IS DISTINCT FROM user_id OR COALESCE(NEW.absent_until < until, true));
    RETURN NULL;
END $$;
CREATE TRIGGER back_before AFTER UPDATE OF absent_from, absent_until, covered_by_id ON network_user
    FOR EACH ROW EXECUTE FUNCTION authz.back_before();
REVOKE EXECUTE ON FUNCTION authz.stands_in_beside(uuid, text, uuid, uuid, date, uuid), authz.place_ended(),
    authz.days_over(), authz.back_before() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_team_policies"), ("network", "0003_training")]
    operations = [
        migrations.AddField("assignment", "for_user", models.UUIDField(null=True)),
        migrations.AddField("assignment", "until", models.DateField(null=True)),
        migrations.AddConstraint(
            "assignment",
            models.CheckConstraint(
                condition=Q(for_user=None, until=None) | Q(for_user__isnull=False, until__isnull=False),
                name="for_somebody_until_a_day",
            ),
        ),
        migrations.AddIndex(
            "assignment",
            models.Index(fields=["grant_id"], condition=Q(for_user__isnull=False), name="assignment_for_now"),
        ),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + WHO + HANDS + ENDS, migrations.RunSQL.noop),
    ]
