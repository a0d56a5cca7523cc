"""Who sees a reset of a second factor, who may confirm it, and what follows from it: held by PostgreSQL itself."""

from django.db import migrations

RESETS = """
-- May this session answer for this colleague's second factor? The administrators of her institution, never herself;
-- where fewer than two others are left there, the administrators of the Responsible Authority too.
CREATE FUNCTION authz.handles_factor(colleague uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.network_user me
        JOIN public.network_roleholding h ON h.user_id = me.id AND h.role = 'institution_admin'
        JOIN public.network_institution i ON i.id = me.institution_id
        JOIN public.network_user u ON u.id = colleague
        WHERE me.id = authz.me() AND me.id <> u.id AND me.is_active AND i.is_active
          AND (i.id = u.institution_id OR i.is_responsible_authority AND 2 > (
              SELECT count(*) FROM public.network_user a
              JOIN public.network_roleholding ah ON ah.user_id = a.id AND ah.role = 'institution_admin'
              WHERE a.institution_id = u.institution_id AND a.is_active AND a.id <> u.id)))
$$;

ALTER TABLE access_factorreset ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_factorreset FORCE ROW LEVEL SECURITY;
CREATE POLICY access_factorreset_owner ON access_factorreset TO cadra_owner USING (true) WITH CHECK (true);
CREATE POLICY access_factorreset_see ON access_factorreset FOR SELECT TO cadra_app
    USING ((SELECT authz.context_is_genuine()) AND (user_id = (SELECT authz.me()) OR authz.handles_factor(user_id)));
CREATE POLICY access_factorreset_ask ON access_factorreset FOR INSERT TO cadra_app
    WITH CHECK ((SELECT authz.context_is_genuine()) AND asked_by_id = (SELECT authz.me())
        AND authz.handles_factor(user_id) AND confirmed_by_id IS NULL AND ended_at IS NULL
        AND expires_at <= now() + interval '3 days 1 minute');
CREATE POLICY access_factorreset_answer ON access_factorreset FOR UPDATE TO cadra_app
    USING ((SELECT authz.context_is_genuine()) AND ended_at IS NULL
        AND (user_id = (SELECT authz.me()) OR authz.handles_factor(user_id)))
    WITH CHECK ((SELECT authz.context_is_genuine())
        AND (user_id = (SELECT authz.me()) OR authz.handles_factor(user_id)));
GRANT SELECT, INSERT ON access_factorreset TO cadra_app;
GRANT UPDATE (confirmed_by_id, confirmed_at, link_hash, link_until, ended_at, ended_as)
    ON access_factorreset TO cadra_app;

-- Confirmed once, by another, in its time. With it go her factors (and with these her sessions).
CREATE FUNCTION authz.reset_confirmed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.confirmed_by_id, NEW.confirmed_at, NEW.link_hash, NEW.link_until)
       IS NOT DISTINCT FROM (OLD.confirmed_by_id, OLD.confirmed_at, OLD.link_hash, OLD.link_until) THEN
        RETURN NEW;
    END IF;
    IF OLD.confirmed_at IS NOT NULL OR OLD.ended_at IS NOT NULL OR OLD.expires_at <= now()
       OR NEW.confirmed_by_id IS DISTINCT FROM authz.me() OR NOT authz.handles_factor(OLD.user_id) THEN
        RAISE EXCEPTION 'a reset is confirmed once, by another, in its time' USING ERRCODE = 'check_violation';
    END IF;
    DELETE FROM public.mfa_authenticator WHERE user_id = OLD.user_id;
    DELETE FROM public.access_session WHERE user_id = OLD.user_id;
    RETURN NEW;
END $$;
CREATE TRIGGER reset_confirmed BEFORE UPDATE ON access_factorreset
    FOR EACH ROW EXECUTE FUNCTION authz.reset_confirmed();

-- Whoever gave a password only is nobody yet: these look at the session itself.
CREATE FUNCTION authz.waits_for_link() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.access_session s
        JOIN public.access_factorreset r ON r.user_id = s.user_id AND r.confirmed_at IS NOT NULL AND r.used_at IS NULL
        WHERE s.token_hash = sha256(convert_to(current_setting('cadra.token', true), 'UTF8'))
          AND NOT EXISTS (SELECT 1 FROM public.access_factorreset o
              WHERE o.user_id = s.user_id AND o.opened_in = s.token_hash AND o.ended_at IS NULL))
$$;
-- Is this hers, and does it open? With `take` it opens for this session.
CREATE FUNCTION authz.open_factor_link(hash bytea, take boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asking bytea := sha256(convert_to(current_setting('cadra.token', true), 'UTF8'));
    found_id uuid;
BEGIN
    SELECT r.id INTO found_id FROM public.access_factorreset r
        JOIN public.access_session s ON s.user_id = r.user_id AND s.token_hash = asking
        WHERE r.link_hash = hash AND r.link_until > now() AND r.ended_at IS NULL AND r.used_at IS NULL
          AND least(s.expires_at, s.rests_until) > now();
    IF found_id IS NULL THEN RETURN false; END IF;
    IF take THEN UPDATE public.access_factorreset SET opened_in = asking WHERE id = found_id; END IF;
    RETURN true;
END $$;

-- The first factor after a reset is set up in the session that opened the link, and in no other.
CREATE FUNCTION authz.factor_by_link() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.access_factorreset
            WHERE user_id = NEW.user_id AND confirmed_at IS NOT NULL AND used_at IS NULL) THEN
        RETURN NEW;
    END IF;
    UPDATE public.access_factorreset SET used_at = now(), ended_at = now(), ended_as = 'used'
        WHERE user_id = NEW.user_id AND ended_at IS NULL AND used_at IS NULL
          AND opened_in = sha256(convert_to(current_setting('cadra.token', true), 'UTF8'));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a second factor is set up with the link' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.access_factorreset SET used_at = now()
        WHERE user_id = NEW.user_id AND confirmed_at IS NOT NULL AND used_at IS NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER factor_by_link BEFORE INSERT ON mfa_authenticator
    FOR EACH ROW EXECUTE FUNCTION authz.factor_by_link();

REVOKE EXECUTE ON FUNCTION authz.handles_factor(uuid), authz.reset_confirmed(), authz.waits_for_link(),
    authz.open_factor_link(bytea, boolean), authz.factor_by_link() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.handles_factor(uuid), authz.waits_for_link(),
    authz.open_factor_link(bytea, boolean) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0014_factorreset"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunSQL("SET LOCAL check_function_bodies = off;" + RESETS, migrations.RunSQL.noop)]
