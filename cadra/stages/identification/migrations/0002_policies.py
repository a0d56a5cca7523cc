from django.db import migrations

from cadra.foundation.access.protected import OwnRows, Protect

SAME_FILE = """EXISTS (SELECT 1 FROM identification_referral r
    WHERE r.id = identification_referralanswers.referral_id AND r.case_id = identification_referralanswers.case_id)"""
CLOCK = ("id", "state", "sent_at", "answer_due_at", "assign_due_at", "acknowledged_at", "connected_at", "assigned_at",
         "escalated_at")

SIGNATURES = """
-- Nobody signs for somebody else, and nobody signs twice: the database compares the hand with the session.
CREATE FUNCTION authz.decision_signed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me uuid;
BEGIN
    IF current_user = 'cadra_owner' THEN RETURN NEW; END IF;
    me := authz.me();
    IF TG_OP = 'INSERT' THEN
        IF NEW.proposed_by IS DISTINCT FROM me OR NEW.signed_by IS NOT NULL OR NEW.returned_at IS NOT NULL THEN
            RAISE EXCEPTION 'a decision begins with the hand of who proposes it' USING ERRCODE = 'check_violation';
        END IF;
    ELSE
        IF (NEW.proposed_by, NEW.proposed_at, NEW.outcome, NEW.grounds, NEW.reasons, NEW.reconsiders_id)
            IS DISTINCT FROM
           (OLD.proposed_by, OLD.proposed_at, OLD.outcome, OLD.grounds, OLD.reasons, OLD.reconsiders_id) THEN
            RAISE EXCEPTION 'what was proposed does not change' USING ERRCODE = 'check_violation';
        END IF;
        IF (NEW.signed_by, NEW.signed_at) IS NOT DISTINCT FROM (OLD.signed_by, OLD.signed_at) THEN RETURN NEW; END IF;
        IF OLD.signed_by IS NOT NULL OR OLD.returned_at IS NOT NULL OR NEW.signed_by IS DISTINCT FROM me THEN
            RAISE EXCEPTION 'only the other member of the pair signs, once' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM public.identification_pair p WHERE p.case_id = NEW.case_id AND p.ended_at IS NULL
                   AND me IN (p.police_id, p.social_id)) THEN
        RAISE EXCEPTION 'only the pair of this file decides' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION authz.decision_signed() FROM PUBLIC;
CREATE TRIGGER b_signed BEFORE INSERT OR UPDATE ON identification_decision
    FOR EACH ROW EXECUTE FUNCTION authz.decision_signed();
"""


class Migration(migrations.Migration):
    dependencies = [("identification", "0001_initial"), ("cases", "0002_policies"), ("consent", "0002_policies")]
    operations = [
        Protect("identification_referral", "file", write=("INSERT", "UPDATE", "DELETE"), stats=(*CLOCK, "case_id", "area", "is_child")),
        Protect("identification_referralanswers", "*", write=("INSERT", "UPDATE", "DELETE"), insert_check=SAME_FILE),
        OwnRows("identification_receipt", ("author", "institution", "desk")),
        OwnRows("identification_notthesame", ("desk",), write=("INSERT",)),
        Protect(
            "identification_pair",
            "file",
            insert_check="authz.may_grant(case_id, '{}')",
            update_check="authz.may_grant(case_id, '{}')",
            stats=("case_id", "named_at", "decision_due_at", "ended_at"),
        ),
        Protect("identification_interview", "story", stats=("case_id", "number", "held_at")),
        Protect("identification_decision", "story", stats=("case_id", "proposed_at", "signed_at", "returned_at")),
        migrations.RunSQL(SIGNATURES, "DROP FUNCTION authz.decision_signed() CASCADE"),
        Protect("identification_recoveryperiod", "file", stats=("case_id", "starts_on", "ends_on", "bars_removal")),
    ]
