"""Who sees and writes rules, restrictions and exclusions; what never changes; what oversight sees without a person."""

from django.db import migrations

from cadra.foundation.access.protected import Protect, Shared


def same_file(table: str, column: str, parent: str) -> str:
    """A child row may only hang on a parent of the same file that its writer can see."""
    return f"EXISTS (SELECT 1 FROM {parent} p WHERE p.id = {table}.{column} AND p.case_id = {table}.case_id)"


def carries(table: str) -> str:
    """Only whoever carries the file writes here."""
    return f"authz.may_grant({table}.case_id, '{{}}')"


def holds(table: str) -> str:
    """And only for the institution that has the file."""
    return (
        f"{carries(table)} AND EXISTS (SELECT 1 FROM cases_case c "
        f"WHERE c.case_id = {table}.case_id AND c.holder = {table}.institution)"
    )


OWN_RULES = """
-- Rules of an institution are written by its own administrator, and nobody writes them anew: a change is a new number.
CREATE FUNCTION authz.administers(of_institution integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.network_user u
        JOIN public.network_roleholding h ON h.user_id = u.id AND h.role = 'institution_admin'
        JOIN public.network_institution i ON i.id = u.institution_id
        WHERE u.id = authz.me() AND u.is_active AND i.is_active AND i.principal = of_institution)
$$;
REVOKE EXECUTE ON FUNCTION authz.administers(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.administers(integer) TO cadra_app;
ALTER POLICY support_houserules_insert ON support_houserules
    WITH CHECK ((SELECT authz.context_is_genuine()) AND authz.administers(institution));
"""

STAYS = """
-- What a restriction was stays as it was written; what was ended stays ended.
CREATE FUNCTION authz.support_restriction_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.submission, NEW.institution, NEW.kind, NEW.ground, NEW.reason, NEW.her_words, NEW.decided_by, NEW.since,
        NEW.recorded_by, NEW.recorded_at)
        IS DISTINCT FROM
       (OLD.submission, OLD.institution, OLD.kind, OLD.ground, OLD.reason, OLD.her_words, OLD.decided_by, OLD.since,
        OLD.recorded_by, OLD.recorded_at)
       OR OLD.ended_on IS NOT NULL AND NEW.ended_on IS DISTINCT FROM OLD.ended_on THEN
        RAISE EXCEPTION 'a restriction stays as it was written' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_restriction_stays BEFORE UPDATE ON support_restriction
    FOR EACH ROW EXECUTE FUNCTION authz.support_restriction_stays();

-- Each of the three signs for herself and once, and what she signed stays.
CREATE FUNCTION authz.support_exclusion_steps() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'noticed' OR NEW.proposed_by <> authz.me() OR NEW.decided_by IS NOT NULL
           OR NEW.answered_by IS NOT NULL THEN
            RAISE EXCEPTION 'an exclusion begins with a notice' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.submission, NEW.offer_id, NEW.institution, NEW.reasons, NEW.notice, NEW.noticed_on, NEW.takes_effect_on,
        NEW.proposed_by, NEW.proposed_at)
        IS DISTINCT FROM
       (OLD.submission, OLD.offer_id, OLD.institution, OLD.reasons, OLD.notice, OLD.noticed_on, OLD.takes_effect_on,
        OLD.proposed_by, OLD.proposed_at)
       OR OLD.decided_by IS NOT NULL AND (NEW.decided_by, NEW.decision_words, NEW.decided_at)
            IS DISTINCT FROM (OLD.decided_by, OLD.decision_words, OLD.decided_at)
       OR OLD.answered_by IS NOT NULL AND (NEW.answered_by, NEW.answer_words, NEW.answered_at)
            IS DISTINCT FROM (OLD.answered_by, OLD.answer_words, OLD.answered_at)
       OR OLD.state IN ('stopped', 'in_effect') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'what was signed on an exclusion stays' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.decided_by IS NULL AND NEW.decided_by <> authz.me()
       OR OLD.answered_by IS NULL AND NEW.answered_by <> authz.me() THEN
        RAISE EXCEPTION 'each signs an exclusion for herself' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_exclusion_steps BEFORE INSERT OR UPDATE ON support_exclusion
    FOR EACH ROW WHEN (current_user <> 'cadra_owner') EXECUTE FUNCTION authz.support_exclusion_steps();

-- "Excluded" is never just written on an offer: an exclusion that took effect must stand behind it.
CREATE FUNCTION authz.support_excluded_by_way() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_offer uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.support_exclusion e
                   WHERE e.offer_id = of_offer AND e.case_id = NEW.case_id AND e.state = 'in_effect') THEN
        RAISE EXCEPTION 'excluded only by way of an exclusion' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_excluded_by_way BEFORE INSERT OR UPDATE OF decision ON support_offerdecision FOR EACH ROW
    WHEN (NEW.decision = 'excluded' AND current_user <> 'cadra_owner') EXECUTE FUNCTION authz.support_excluded_by_way('offer_id');
CREATE TRIGGER b_excluded_by_way BEFORE INSERT OR UPDATE OF decision ON support_offer FOR EACH ROW
    WHEN (NEW.decision = 'excluded' AND current_user <> 'cadra_owner') EXECUTE FUNCTION authz.support_excluded_by_way('id');
REVOKE EXECUTE ON FUNCTION authz.support_restriction_stays(), authz.support_exclusion_steps(),
    authz.support_excluded_by_way() FROM PUBLIC;
"""

OVERSIGHT = """
-- Oversight is the monitor's: asked here, not in the program.
CREATE FUNCTION authz.oversees() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.network_user u
        JOIN public.network_roleholding h ON h.user_id = u.id AND h.role = 'monitor'
        JOIN public.network_institution i ON i.id = u.institution_id
        WHERE u.id = authz.me() AND u.is_active AND i.is_active)
$$;

-- Every restriction of every institution, without the file, its reference, its words or who decided; the day it began
-- comes as whole weeks. Soonest review first, beginning after (`after_day`, `after_id`).
CREATE FUNCTION authz.oversee_restrictions(
    which text, of_institution integer, of_kind text, of_agreement text, after_day date, after_id uuid, most integer)
RETURNS TABLE (
    id uuid, institution integer, kind text, ground text, agreement text, weeks integer, review_on date,
    overdue_days integer, reviews bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT r.id, r.institution, r.kind::text, r.ground::text, r.agreement::text, (COALESCE(r.ended_on, authz.today()) - r.since) / 7,
        r.review_on, CASE WHEN r.ended_on IS NULL THEN GREATEST(authz.today() - r.review_on, 0) ELSE 0 END,
        (SELECT count(*) FROM public.support_restrictionreview v WHERE v.restriction_id = r.id)
    FROM public.support_restriction r
    WHERE authz.oversees()
      AND CASE which WHEN 'overdue' THEN r.ended_on IS NULL AND r.review_on < authz.today()
                     WHEN 'ended' THEN r.ended_on IS NOT NULL
                     ELSE r.ended_on IS NULL END
      AND (of_institution IS NULL OR r.institution = of_institution)
      AND (of_kind = '' OR r.kind = of_kind) AND (of_agreement = '' OR r.agreement = of_agreement)
      AND (after_day IS NULL OR (r.review_on, r.id) > (after_day, after_id))
    ORDER BY r.review_on, r.id LIMIT LEAST(most, 200)
$$;

-- How many stand in each institution, of which kind, and how many of them were looked at too late or not agreed.
CREATE FUNCTION authz.oversee_counts()
RETURNS TABLE (institution integer, kind text, running bigint, overdue bigint, not_agreed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT r.institution, r.kind::text, count(*) FILTER (WHERE r.ended_on IS NULL),
        count(*) FILTER (WHERE r.ended_on IS NULL AND r.review_on < authz.today()),
        count(*) FILTER (WHERE r.ended_on IS NULL AND r.agreement <> 'agreed')
    FROM public.support_restriction r WHERE authz.oversees() GROUP BY r.institution, r.kind
$$;
REVOKE EXECUTE ON FUNCTION authz.oversees(), authz.oversee_counts(),
    authz.oversee_restrictions(text, integer, text, text, date, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.oversees(), authz.oversee_counts(),
    authz.oversee_restrictions(text, integer, text, text, date, uuid, integer) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0011_fairness"), ("access", "0011_resting"), ("cases", "0004_closing")]
    operations = [
        Shared("support_houserules", write=("INSERT",)),
        Protect(
            "support_rulesanswer", "support", write=("INSERT",), insert_check=carries("support_rulesanswer")
        ),
        Protect(
            "support_restriction",
            "support",
            insert_check=holds("support_restriction"),
            update_check=carries("support_restriction"),
        ),
        Protect(
            "support_restrictionreview",
            "support",
            write=("INSERT",),
            insert_check=f"{carries('support_restrictionreview')} AND "
            + same_file("support_restrictionreview", "restriction_id", "support_restriction"),
        ),
        Protect(
            "support_exclusion",
            "support",
            insert_check=f"{holds('support_exclusion')} AND "
            + same_file("support_exclusion", "offer_id", "support_offer"),
            update_check=carries("support_exclusion"),
        ),
        migrations.RunSQL(
            [("SET LOCAL check_function_bodies = off;" + sql, None) for sql in (OWN_RULES, STAYS, OVERSIGHT)],
            migrations.RunSQL.noop,
        ),
    ]
