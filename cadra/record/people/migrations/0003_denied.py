"""Attempts that were refused are on her record too: opening a file, and breaking the glass."""

from django.db import migrations

DENIED = """
-- One entry either way: with her alias when there is such a file, without when there is none.
CREATE FUNCTION authz.note_denied(wanted uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    caller public.network_user;
BEGIN
    SELECT * INTO caller FROM public.network_user WHERE id = authz.me();
    IF caller.id IS NULL THEN RETURN; END IF;
    INSERT INTO public.ledger_entry (id, actor, institution, verb, subjects, compartments, purpose, outcome)
    VALUES (gen_random_uuid(), caller.id, caller.institution_id, 'tried_to_open',
        ARRAY(SELECT p.ledger_alias FROM public.people_person p WHERE p.id = wanted AND p.is_registered),
        '{}', '', 'denied');
END $$;

-- As in 0002, and an opening that is refused although there is such a file is on her record.
CREATE OR REPLACE FUNCTION authz.break_glass(wanted text, why text, OUT grant_id uuid, OUT case_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    caller public.network_user;
    person public.people_person;
    last timestamptz := now() + interval '2 hours';
BEGIN
    SELECT * INTO caller FROM public.network_user WHERE id = authz.me() AND is_active;
    SELECT * INTO person FROM public.people_person WHERE reference = wanted AND is_registered;
    IF caller.id IS NULL THEN RETURN; END IF;
    IF person.id IS NULL OR NOT EXISTS (
            SELECT 1 FROM public.network_roleholding h WHERE h.user_id = caller.id
            AND h.role IN ('ra_officer', 'case_manager', 'identification_police', 'identification_social',
                           'first_responder', 'child_protection_worker', 'service_professional'))
        OR EXISTS (SELECT 1 FROM public.access_refusal f WHERE f.case_id = person.id AND f.ended_at IS NULL
            AND f.principal = ANY (current_setting('cadra.principals')::int[])) THEN
        INSERT INTO public.ledger_entry (id, actor, institution, verb, subjects, compartments, purpose, outcome)
        VALUES (gen_random_uuid(), caller.id, caller.institution_id, 'opened_in_emergency',
            CASE WHEN person.id IS NULL THEN '{}' ELSE ARRAY[person.ledger_alias] END, '{}', why, 'denied');
        RETURN;
    END IF;
    case_id := person.id;
    -- Asked twice within its time, it is one opening.
    SELECT g.id INTO grant_id FROM public.access_grant g WHERE g.case_id = person.id
        AND g.grantee = caller.principal AND g.basis = 'break_glass' AND g.ended_at IS NULL AND g.until > now() LIMIT 1;
    IF grant_id IS NOT NULL THEN RETURN; END IF;
    grant_id := gen_random_uuid();
    INSERT INTO public.access_grant (id, case_id, compartments, grantee, scope, purpose, basis, starts_at, until,
        given_by, end_reason, visible_to, refused_to)
    VALUES (grant_id, person.id, ARRAY['core', 'identity', 'story', 'support', 'health'], caller.principal, 'file',
        'emergency', 'break_glass', now(), last, caller.id, '', '{}', '{}');
    INSERT INTO public.access_breakglass (id, case_id, user_id, institution_id, reason, opened_at, until, finding,
        visible_to, refused_to)
    VALUES (gen_random_uuid(), person.id, caller.id, caller.institution_id, why, now(), last, '', '{}', '{}');
END $$;
REVOKE EXECUTE ON FUNCTION authz.note_denied(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.note_denied(uuid) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_policies"), ("ledger", "0002_append_only")]
    operations = [migrations.RunSQL("SET LOCAL check_function_bodies = off;" + DENIED, migrations.RunSQL.noop)]
