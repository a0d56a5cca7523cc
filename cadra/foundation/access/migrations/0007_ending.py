"""Sessions rest only so long, also for the database; a new or lost second factor ends those open elsewhere."""

from django.db import migrations, models

import cadra.foundation.kernel.clock

GENUINE = """
-- True when the token set for this transaction is a living session of exactly these principals.
CREATE OR REPLACE FUNCTION authz.context_is_genuine() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.access_session s
        WHERE s.token_hash = sha256(convert_to(current_setting('cadra.token', true), 'UTF8'))
          AND s.principals = current_setting('cadra.principals', true)::int[]
          AND cardinality(s.principals) > 0
          AND least(s.expires_at, s.rests_until) > now())
$$;

-- The user behind the session of this transaction, or nothing. A session without a second factor is nobody's.
CREATE OR REPLACE FUNCTION authz.me() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.user_id FROM public.access_session s
    WHERE s.token_hash = sha256(convert_to(current_setting('cadra.token', true), 'UTF8'))
      AND s.principals = current_setting('cadra.principals', true)::int[]
      AND cardinality(s.principals) > 0
      AND least(s.expires_at, s.rests_until) > now()
$$;
"""

FACTORS = """
-- A second factor that comes or goes ends every session but the one it was changed in.
CREATE FUNCTION authz.factor_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM public.access_session WHERE user_id = COALESCE(NEW.user_id, OLD.user_id)
        AND token_hash <> sha256(convert_to(current_setting('cadra.token', true), 'UTF8'));
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION authz.factor_changed() FROM PUBLIC;
CREATE TRIGGER factor_changed AFTER INSERT OR DELETE ON mfa_authenticator
    FOR EACH ROW EXECUTE FUNCTION authz.factor_changed();
"""

DRAFTS = """
-- Kept forms nobody came back for. Seven days, whoever asks.
CREATE FUNCTION authz.sweep_drafts() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH gone AS (DELETE FROM public.access_draft WHERE saved_at < now() - interval '7 days' RETURNING 1)
    SELECT count(*) FROM gone
$$;
REVOKE EXECUTE ON FUNCTION authz.sweep_drafts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.sweep_drafts() TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0006_only_own_grants"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [
        migrations.AddField("session", "rests_until", models.DateTimeField(default=cadra.foundation.kernel.clock.now)),
        migrations.RunSQL(GENUINE + FACTORS + DRAFTS, migrations.RunSQL.noop),
    ]
