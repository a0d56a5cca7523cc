"""Everyone signed in reads the catalogue; an institution's rows are written by its own people, PostgreSQL sees to it."""

from django.db import migrations

from cadra.foundation.access.protected import Shared

OWN = """
CREATE FUNCTION authz.my_institution() RETURNS uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT institution_id FROM public.network_user WHERE id = authz.me()
$$;
REVOKE EXECUTE ON FUNCTION authz.my_institution() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.my_institution() TO cadra_app;
CREATE POLICY catalogue_service_added ON catalogue_service AS RESTRICTIVE FOR INSERT TO cadra_app
    WITH CHECK (institution_id = (SELECT authz.my_institution())
        AND EXISTS (SELECT 1 FROM network_desk d WHERE d.id = desk_id AND d.institution_id = catalogue_service.institution_id));
CREATE POLICY catalogue_service_own ON catalogue_service AS RESTRICTIVE FOR UPDATE TO cadra_app
    USING (institution_id = (SELECT authz.my_institution()))
    WITH CHECK (institution_id = (SELECT authz.my_institution()));
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial"), ("access", "0003_policies")]
    operations = [
        Shared("catalogue_service", write=("INSERT", "UPDATE")),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + OWN, migrations.RunSQL.noop),
    ]
