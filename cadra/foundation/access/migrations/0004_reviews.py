"""The data protection officer of the Responsible Authority reviews emergency openings, and sees no more than them."""

from django.db import migrations

REVIEWS = """
CREATE FUNCTION authz.reviews_emergencies() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.network_user u
        JOIN public.network_roleholding h ON h.user_id = u.id AND h.role = 'data_protection_officer'
        JOIN public.network_institution i ON i.id = u.institution_id
        WHERE u.id = authz.me() AND u.is_active AND i.is_responsible_authority AND i.is_active)
$$;

-- Who opened a file cannot say what the opening was: only the officer writes, never about her own, and only the finding.
DROP POLICY access_breakglass_update ON access_breakglass;
REVOKE UPDATE ON access_breakglass FROM cadra_app;
GRANT UPDATE (reviewed_at, reviewed_by, finding) ON access_breakglass TO cadra_app;
CREATE POLICY access_breakglass_review_see ON access_breakglass FOR SELECT TO cadra_app
    USING ((SELECT authz.reviews_emergencies()));
CREATE POLICY access_breakglass_review ON access_breakglass FOR UPDATE TO cadra_app
    USING ((SELECT authz.reviews_emergencies()) AND user_id <> (SELECT authz.me()))
    WITH CHECK ((SELECT authz.reviews_emergencies()) AND reviewed_by = (SELECT authz.me()));

-- What was done in one opening, by its opener and in its time: verbs and parts, nothing of the file but its reference.
CREATE FUNCTION authz.emergency_steps(opening uuid)
    RETURNS TABLE (reference varchar, at timestamptz, verb varchar, compartments varchar[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT p.reference, e.at, e.verb, e.compartments
    FROM public.access_breakglass b
    JOIN public.people_person p ON p.id = b.case_id
    LEFT JOIN public.ledger_entry e ON e.subjects @> ARRAY[p.ledger_alias] AND e.actor = b.user_id
        AND e.at BETWEEN b.opened_at AND b.until
    WHERE b.id = opening AND authz.reviews_emergencies()
    ORDER BY e.at, e.id LIMIT 200
$$;
REVOKE EXECUTE ON FUNCTION authz.reviews_emergencies(), authz.emergency_steps(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.reviews_emergencies(), authz.emergency_steps(uuid) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0003_policies")]
    operations = [migrations.RunSQL("SET LOCAL check_function_bodies = off;" + REVIEWS, migrations.RunSQL.noop)]
