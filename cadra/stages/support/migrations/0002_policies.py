"""Who sees the rows of support, and what follows in the file when a provider acts or a consent ends."""

from django.db import migrations

from cadra.foundation.access.protected import Protect


def same_file(table: str, column: str, parent: str, also: str = "") -> str:
    """A child row may only hang on a parent of the same file that its writer can see."""
    return (
        f"({table}.{column} IS NULL OR EXISTS (SELECT 1 FROM {parent} p "
        f"WHERE p.id = {table}.{column} AND p.case_id = {table}.case_id{also}))"
    )


def of_referral(table: str) -> str:
    """A row that hangs on a referral is open under the grant of that referral and no other."""
    return same_file(table, "referral_id", "support_servicereferral", f" AND p.grant_id = {table}.grant_id")


CARRIES = "authz.may_grant({table}.case_id, '{{}}')"
CLOCK = (
    "id", "case_id", "service", "desk", "state", "sent_at", "answer_due_at", "next_due_at", "received_at", "answered_at",
    "answer_reason", "started_at", "ended_at", "escalated_at", "outcome", "urgency",
)

SENT_STAYS = """
-- What was sent stays as it was sent, and a closed referral stays closed.
CREATE FUNCTION authz.support_sent_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.submission, NEW.consent_id, NEW.offer_id, NEW.follows_id, NEW.reference, NEW.service, NEW.urgency, NEW.desk,
        NEW.sender_id, NEW.sender_institution, NEW.parts, NEW.message, NEW.sent_at, NEW.answer_due_at)
        IS DISTINCT FROM
       (OLD.submission, OLD.consent_id, OLD.offer_id, OLD.follows_id, OLD.reference, OLD.service, OLD.urgency, OLD.desk,
        OLD.sender_id, OLD.sender_institution, OLD.parts, OLD.message, OLD.sent_at, OLD.answer_due_at)
    THEN
        RAISE EXCEPTION 'what was sent stays as it was sent' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state IN ('refused', 'ended', 'withdrawn', 'closed_by_consent') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'a closed referral stays closed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION authz.support_sent_stays() FROM PUBLIC;
CREATE TRIGGER b_sent_stays BEFORE UPDATE ON support_servicereferral
    FOR EACH ROW EXECUTE FUNCTION authz.support_sent_stays();
"""

HELP_CAME = """
-- The provider can't see the file, yet its help is the file's event: PostgreSQL writes these two times, nothing else,
-- and only for the file of the row just written. Help never comes before the first contact.
CREATE FUNCTION authz.support_help_came() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    came timestamptz := CASE WHEN NEW."on" >= (NEW.recorded_at AT TIME ZONE 'UTC')::date THEN NEW.recorded_at
        ELSE NEW."on" + time '12:00' AT TIME ZONE 'UTC' END;
BEGIN
    UPDATE public.cases_case c SET last_event_at = now(),
        first_help_at = LEAST(COALESCE(c.first_help_at, 'infinity'), GREATEST(came, c.first_contact_at))
        WHERE c.case_id = NEW.case_id;
    RETURN NULL;
END $$;
CREATE TRIGGER help_came AFTER INSERT ON support_delivery FOR EACH ROW EXECUTE FUNCTION authz.support_help_came();

CREATE FUNCTION authz.support_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE public.cases_case c SET last_event_at = now() WHERE c.case_id = NEW.case_id;
    RETURN NULL;
END $$;
CREATE TRIGGER moved AFTER INSERT ON support_turn FOR EACH ROW EXECUTE FUNCTION authz.support_moved();
REVOKE EXECUTE ON FUNCTION authz.support_help_came(), authz.support_moved() FROM PUBLIC;
"""

CONSENT_ENDED = """
-- When the grant of an open referral ends, by her word or by its date, the referral is closed in the same statement.
CREATE FUNCTION authz.support_consent_ended() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    WITH gone AS (
        SELECT n.id FROM changed n JOIN former o USING (id)
        WHERE n.scope = 'referral' AND n.ended_at IS NOT NULL AND o.ended_at IS NULL),
    closed AS (
        UPDATE public.support_servicereferral r
            SET state = 'closed_by_consent', next_due_at = NULL, version = r.version + 1
            FROM gone WHERE r.grant_id = gone.id AND r.state IN ('sent', 'waiting_list', 'accepted', 'started')
            RETURNING r.id, r.case_id, r.grant_id)
    INSERT INTO public.support_turn (id, case_id, grant_id, referral_id, state, reason, at, visible_to, refused_to)
        SELECT gen_random_uuid(), c.case_id, c.grant_id, c.id, 'closed_by_consent', '', now(), '{}', '{}' FROM closed c;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION authz.support_consent_ended() FROM PUBLIC;
CREATE TRIGGER support_consent_ended AFTER UPDATE ON access_grant REFERENCING NEW TABLE AS changed OLD TABLE AS former
    FOR EACH STATEMENT EXECUTE FUNCTION authz.support_consent_ended();
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial"), ("cases", "0002_policies"), ("consent", "0002_policies")]
    operations = [
        Protect("support_plan", "support", stats=("case_id", "agreed_on", "review_on", "made_at")),
        Protect("support_goal", "support", insert_check=same_file("support_goal", "plan_id", "support_plan")),
        Protect(
            "support_change",
            "support",
            write=("INSERT",),
            insert_check=same_file("support_change", "plan_id", "support_plan"),
        ),
        Protect(
            "support_offer",
            "support",
            insert_check=same_file("support_offer", "goal_id", "support_goal"),
            stats=("id", "case_id", "service", "offered_at", "decision", "decided_at", "offer_again_on", "understood"),
        ),
        Protect(
            "support_offerdecision",
            "support",
            insert_check=same_file("support_offerdecision", "offer_id", "support_offer"),
            write=("INSERT",),
            stats=("case_id", "offer_id", "decision", "reasons", "decided_at"),
        ),
        Protect(
            "support_servicereferral",
            "support",
            by_referral="envelope",
            insert_check=CARRIES.format(table="support_servicereferral"),
            stats=CLOCK,
        ),
        Protect(
            "support_turn",
            "support",
            by_referral="envelope",
            write=("INSERT",),
            insert_check=of_referral("support_turn"),
            stats=("case_id", "referral_id", "state", "reason", "at", "by_institution"),
        ),
        Protect(
            "support_extract",
            "*",
            by_referral="content",
            write=("INSERT",),
            insert_check=f"{CARRIES.format(table='support_extract')} AND {of_referral('support_extract')}",
        ),
        Protect(
            "support_delivery",
            "support",
            by_referral="envelope",
            write=("INSERT",),
            insert_check=of_referral("support_delivery"),
            stats=("case_id", "service", "kind", "amount", "at_distance", '"on"', "by_institution", "recorded_at"),
        ),
        migrations.RunSQL(SENT_STAYS, migrations.RunSQL.noop),
        migrations.RunSQL(HELP_CAME, migrations.RunSQL.noop),
        migrations.RunSQL(CONSENT_ENDED, migrations.RunSQL.noop),
    ]
