"""The root of the file, its author's grant, and the emergency opening by reference."""

from django.db import migrations

from cadra.foundation.access.protected import Protect

AUTHOR = """
-- Whoever makes a person's file is its author: PostgreSQL gives the grant, under the file's own id. Files made for a
-- desk the maker answers at (`cadra.made_for`, an import) are kept by it from the first moment, by legal duty.
CREATE FUNCTION authz.give_author() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    place int := nullif(current_setting('cadra.made_for', true), '')::int;
BEGIN
    IF place IS NOT NULL AND NOT (authz.context_is_genuine()
            AND place = ANY (current_setting('cadra.principals')::int[])) THEN
        RAISE EXCEPTION 'only for a place one stands for' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO public.access_grant (id, case_id, compartments, grantee, scope, purpose, basis, starts_at, until,
        given_by, end_reason, visible_to, refused_to)
    SELECT n.id, n.id, ARRAY['core', 'identity', 'contact', 'story', 'support', 'health', 'justice', 'child'],
        COALESCE(place, u.principal), 'file', CASE WHEN place IS NULL THEN 'made_the_file' ELSE 'register' END,
        CASE WHEN place IS NULL THEN 'author' ELSE 'legal_duty' END, now(),
        now() + interval '3653 days', u.id, '', '{}', '{}'
    FROM made n JOIN public.network_user u ON u.id = authz.me();
    RETURN NULL;
END $$;
CREATE TRIGGER give_author AFTER INSERT ON people_person REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION authz.give_author();
"""

BREAK_GLASS = """
-- An emergency: two hours, by the file's reference, never the contact part, never where she refused. Nothing is
-- returned when it can't be opened, whatever the cause.
CREATE FUNCTION authz.break_glass(wanted text, why text, OUT grant_id uuid, OUT case_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    caller public.network_user;
    person public.people_person;
    last timestamptz := now() + interval '2 hours';
BEGIN
    SELECT * INTO caller FROM public.network_user WHERE id = authz.me() AND is_active;
    SELECT * INTO person FROM public.people_person WHERE reference = wanted AND is_registered;
    IF caller.id IS NULL OR person.id IS NULL OR NOT EXISTS (
            SELECT 1 FROM public.network_roleholding h WHERE h.user_id = caller.id
            AND h.role IN ('ra_officer', 'case_manager', 'identification_police', 'identification_social',
                           'first_responder', 'child_protection_worker', 'service_professional'))
        OR EXISTS (SELECT 1 FROM public.access_refusal f WHERE f.case_id = person.id AND f.ended_at IS NULL
            AND f.principal = ANY (current_setting('cadra.principals')::int[])) THEN
        RETURN;
    END IF;
    case_id := person.id;
    grant_id := gen_random_uuid();
    INSERT INTO public.access_grant (id, case_id, compartments, grantee, scope, purpose, basis, starts_at, until,
        given_by, end_reason, visible_to, refused_to)
    VALUES (grant_id, person.id, ARRAY['core', 'identity', 'story', 'support', 'health'], caller.principal, 'file',
        'emergency', 'break_glass', now(), last, caller.id, '', '{}', '{}');
    INSERT INTO public.access_breakglass (id, case_id, user_id, institution_id, reason, opened_at, until, finding,
        visible_to, refused_to)
    VALUES (gen_random_uuid(), person.id, caller.id, caller.institution_id, why, now(), last, '', '{}', '{}');
END $$;
REVOKE EXECUTE ON FUNCTION authz.give_author(), authz.break_glass(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.break_glass(text, text) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("access", "0003_policies")]
    operations = [
        Protect("people_person", "any", case_column="id", root=True),
        Protect("people_profile", "core"),
        Protect("people_identity", "identity"),
        Protect("people_contact", "contact"),
        migrations.RunSQL(AUTHOR, migrations.RunSQL.noop),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + BREAK_GLASS, migrations.RunSQL.noop),
    ]
