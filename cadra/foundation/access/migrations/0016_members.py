"""Who may write the network: the Responsible Authority's administrator its members, each administrator her own house."""

from django.db import migrations

MEMBERS = """
CREATE FUNCTION authz.keeps_house(wanted uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.network_user u
        JOIN public.network_roleholding h ON h.user_id = u.id AND h.role = 'institution_admin'
        WHERE u.id = authz.me() AND u.is_active AND u.institution_id = wanted)
$$;
CREATE FUNCTION authz.keeps_members() RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.network_institution i
        WHERE i.is_responsible_authority AND i.is_active AND authz.keeps_house(i.id))
$$;
REVOKE EXECUTE ON FUNCTION authz.keeps_house(uuid), authz.keeps_members() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.keeps_house(uuid), authz.keeps_members() TO cadra_app;

CREATE POLICY network_institution_added ON network_institution AS RESTRICTIVE FOR INSERT TO cadra_app
    WITH CHECK ((SELECT authz.keeps_members()) AND NOT is_responsible_authority);
CREATE POLICY network_institution_kept ON network_institution AS RESTRICTIVE FOR UPDATE TO cadra_app
    USING (authz.keeps_house(id) OR (SELECT authz.keeps_members()));
CREATE POLICY network_desk_added ON network_desk AS RESTRICTIVE FOR INSERT TO cadra_app
    WITH CHECK (authz.keeps_house(institution_id));
CREATE POLICY network_desk_kept ON network_desk AS RESTRICTIVE FOR UPDATE TO cadra_app
    USING (authz.keeps_house(institution_id)) WITH CHECK (authz.keeps_house(institution_id));
CREATE POLICY network_invitation_offered ON network_invitation AS RESTRICTIVE FOR INSERT TO cadra_app
    WITH CHECK (authz.keeps_house(institution_id)
        OR ((SELECT authz.keeps_members()) AND roles <@ ARRAY['institution_admin']::varchar[]));
-- Nobody becomes the authority, or another institution, by a page; and none is deleted: it is closed.
REVOKE UPDATE, DELETE ON network_institution FROM cadra_app;
GRANT UPDATE (name, kind, mandate, areas, serves_whole_country, municipality, phone, email, hours, party_since,
    is_shelter, is_active) ON network_institution TO cadra_app;
REVOKE DELETE ON network_desk FROM cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0015_factor_resets"), ("network", "0004_founding")]
    operations = [migrations.RunSQL("SET LOCAL check_function_bodies = off;" + MEMBERS, migrations.RunSQL.noop)]
