"""Policies of access's own tables, sign-in tables, and what follows from a change of a grant."""

from django.db import migrations

from cadra.foundation.access.protected import OwnRows, Protect, Shared

GATE = """
ALTER TABLE access_session ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_session FORCE ROW LEVEL SECURITY;
CREATE POLICY access_session_owner ON access_session TO cadra_owner USING (true) WITH CHECK (true);
CREATE POLICY access_session_gate ON access_session TO cadra_gate USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON access_session TO cadra_gate;

-- Whoever loses a role, a desk place or the account loses the open sessions with it.
CREATE FUNCTION authz.end_sessions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'network_user' THEN
        IF NEW.is_active AND NEW.password = OLD.password AND NEW.institution_id = OLD.institution_id THEN
            RETURN NEW;
        END IF;
        DELETE FROM public.access_session WHERE user_id = OLD.id
            AND token_hash <> sha256(convert_to(current_setting('cadra.token', true), 'UTF8'));
        RETURN NEW;
    END IF;
    DELETE FROM public.access_session WHERE user_id = OLD.user_id;
    RETURN OLD;
END $$;
CREATE TRIGGER end_sessions AFTER UPDATE ON network_user FOR EACH ROW EXECUTE FUNCTION authz.end_sessions();
CREATE TRIGGER end_sessions AFTER DELETE ON network_deskmember FOR EACH ROW EXECUTE FUNCTION authz.end_sessions();
CREATE TRIGGER end_sessions AFTER DELETE ON network_roleholding FOR EACH ROW EXECUTE FUNCTION authz.end_sessions();

CREATE TABLE access_throttle (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX access_throttle_expires ON access_throttle (expires);
"""

GRANTS = """
-- A change of a grant or a refusal is on every row of the file when the statement ends.
CREATE FUNCTION authz.grants_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM authz.refresh(ARRAY(SELECT DISTINCT case_id FROM changed));
    RETURN NULL;
END $$;
CREATE TRIGGER grants_added AFTER INSERT ON access_grant REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION authz.grants_changed();
CREATE TRIGGER refusals_added AFTER INSERT ON access_refusal REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION authz.grants_changed();

-- Only a change of the fields that decide: the refresh itself writes `visible_to` on these rows.
CREATE FUNCTION authz.grants_ended() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    cases uuid[] := ARRAY(
        SELECT DISTINCT n.case_id FROM changed n JOIN former o USING (id)
        WHERE n.ended_at IS DISTINCT FROM o.ended_at);
BEGIN
    IF cardinality(cases) > 0 THEN PERFORM authz.refresh(cases); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER grants_ended AFTER UPDATE ON access_grant REFERENCING NEW TABLE AS changed OLD TABLE AS former
    FOR EACH STATEMENT EXECUTE FUNCTION authz.grants_ended();
CREATE TRIGGER refusals_ended AFTER UPDATE ON access_refusal REFERENCING NEW TABLE AS changed OLD TABLE AS former
    FOR EACH STATEMENT EXECUTE FUNCTION authz.grants_ended();

-- A grant may end or be shortened. It never changes otherwise, and an ended one stays ended.
CREATE FUNCTION authz.only_ends() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at
       OR TG_TABLE_NAME = 'access_grant' AND (to_jsonb(NEW) - '{ended_at,end_reason,until,visible_to,refused_to}'::text[])
          <> (to_jsonb(OLD) - '{ended_at,end_reason,until,visible_to,refused_to}'::text[])
       OR TG_TABLE_NAME = 'access_grant' AND (to_jsonb(NEW) ->> 'until')::timestamptz > (to_jsonb(OLD) ->> 'until')::timestamptz
       OR TG_TABLE_NAME = 'access_refusal' AND (to_jsonb(NEW) ->> 'principal') <> (to_jsonb(OLD) ->> 'principal')
    THEN
        RAISE EXCEPTION 'access can only end' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_ends BEFORE UPDATE ON access_grant FOR EACH ROW EXECUTE FUNCTION authz.only_ends();
CREATE TRIGGER only_ends BEFORE UPDATE ON access_refusal FOR EACH ROW EXECUTE FUNCTION authz.only_ends();
"""

INVITATIONS = """
-- An invited account, its roles and its desk, made once for whoever holds the link.
CREATE FUNCTION authz.accept_invitation(hash bytea, new_user uuid, new_password text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    i public.network_invitation;
BEGIN
    UPDATE public.network_invitation SET accepted_at = now()
        WHERE token_hash = hash AND accepted_at IS NULL AND expires_at > now() RETURNING * INTO i;
    IF i.id IS NULL THEN RAISE EXCEPTION 'no living invitation' USING ERRCODE = 'check_violation'; END IF;
    INSERT INTO public.network_user (id, password, email, name, phone, institution_id, sex, languages, language,
        is_active, created_at)
    VALUES (new_user, new_password, i.email, i.name, '', i.institution_id, '', '{}', i.language, true, now());
    INSERT INTO public.network_roleholding (id, user_id, role, since)
        SELECT gen_random_uuid(), new_user, r, now() FROM unnest(i.roles) r;
    IF i.desk_id IS NOT NULL THEN
        INSERT INTO public.network_deskmember (id, desk_id, user_id) VALUES (gen_random_uuid(), i.desk_id, new_user);
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION authz.accept_invitation(bytea, uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.accept_invitation(bytea, uuid, text) TO cadra_app;
"""

DRAFTS = """
-- Written when the session has just ended: only the gate still knows whose it was.
CREATE POLICY access_draft_gate ON access_draft TO cadra_gate USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON access_draft TO cadra_gate;
"""

NETWORK = ("institution", "unit", "desk", "roleholding", "deskmember", "invitation")

LIBRARIES = """
GRANT SELECT, INSERT, UPDATE, DELETE ON
    account_emailaddress, account_emailconfirmation, mfa_authenticator,
    socialaccount_socialaccount, socialaccount_socialapp, socialaccount_socialtoken, access_throttle TO cadra_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA authz FROM PUBLIC;
GRANT SELECT ON django_content_type, auth_permission TO cadra_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO cadra_app;
GRANT SELECT (id, name, kind, areas, is_shelter) ON network_institution TO cadra_stats;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.RunSQL(GATE, migrations.RunSQL.noop),
        Protect(
            "access_grant",
            "file",
            insert_check="authz.may_grant(case_id, compartments)",
            update_check="authz.may_grant(case_id, '{}')",
            stats=("case_id", "grantee", "basis", "scope", "starts_at", "until", "ended_at"),
        ),
        Protect(
            "access_refusal",
            "file",
            insert_check="authz.may_grant(case_id, '{}')",
            update_check="authz.may_grant(case_id, '{}')",
        ),
        Protect("access_breakglass", "file", write=("UPDATE",), stats=("opened_at", "until", "reviewed_at", "reason")),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        OwnRows("access_draft", ("owner",), write=("DELETE",)),
        migrations.RunSQL(DRAFTS, migrations.RunSQL.noop),
        *[Shared(f"network_{table}") for table in NETWORK],
        Shared("network_user", write=("UPDATE",), before_sign_in=True),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + INVITATIONS, migrations.RunSQL.noop),
        Shared("network_undertaking", write=("INSERT",), before_sign_in=True),
        migrations.RunSQL(LIBRARIES, migrations.RunSQL.noop),
    ]
