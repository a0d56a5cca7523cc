"""What an institution, or one desk of it, still answers for, in four words: for whoever closes it and sees no file."""

from django.db import migrations

WAITS = """
CREATE FUNCTION authz.still_waits(house uuid, only_desk uuid) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT array_remove(ARRAY[
        CASE WHEN EXISTS (
            SELECT 1 FROM public.support_servicereferral r JOIN public.network_desk d ON d.principal = r.desk
            WHERE d.institution_id = house AND (only_desk IS NULL OR d.id = only_desk)
                AND r.state IN ('sent', 'waiting_list', 'accepted', 'started')) THEN 'requests' END,
        CASE WHEN only_desk IS NULL AND EXISTS (
            SELECT 1 FROM public.cases_case c JOIN public.network_institution i ON i.principal = c.holder
            WHERE i.id = house AND c.closed_at IS NULL) THEN 'files' END,
        CASE WHEN only_desk IS NULL AND EXISTS (
            SELECT 1 FROM public.identification_pair p
            JOIN public.network_user u ON u.id IN (p.police_id, p.social_id, p.child_worker_id)
            WHERE u.institution_id = house AND p.ended_at IS NULL) THEN 'identifications' END,
        CASE WHEN only_desk IS NULL AND EXISTS (
            SELECT 1 FROM public.cases_teammember t JOIN public.cases_case c USING (case_id)
            WHERE t.institution_id = house AND t.until IS NULL AND c.closed_at IS NULL) THEN 'teams' END], NULL)
    WHERE authz.context_is_genuine() AND (authz.keeps_house(house) OR authz.keeps_members())
$$;
REVOKE EXECUTE ON FUNCTION authz.still_waits(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.still_waits(uuid, uuid) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mechanism", "0013_somebody_hears"),
        ("access", "0016_members"),
        ("cases", "0007_team_policies"),
        ("identification", "0002_policies"),
        ("support", "0002_policies"),
    ]
    operations = [migrations.RunSQL("SET LOCAL check_function_bodies = off;" + WAITS, migrations.RunSQL.noop)]
