"""What PostgreSQL has closed and the keeper must close too: a list the worker works off (access.closing)."""

from django.db import migrations

LIST = """
CREATE TABLE authz.closing (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('grant', 'refusal', 'session', 'case')),
    subject bytea NOT NULL,
    principal int,
    at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE authz.closing IS 'ended here, to be ended at the keeper; a row goes when the keeper has done it';

-- Whatever ends a grant, by whatever way. Files that end with it: a draft thrown away, one of someone known already.
CREATE FUNCTION authz.note_ended_grants() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO authz.closing (kind, subject)
        SELECT 'grant', uuid_send(n.id) FROM changed n JOIN former o USING (id)
        WHERE n.ended_at IS NOT NULL AND o.ended_at IS NULL;
    INSERT INTO authz.closing (kind, subject)
        SELECT DISTINCT 'case', uuid_send(n.case_id) FROM changed n JOIN former o USING (id)
        WHERE n.ended_at IS NOT NULL AND o.ended_at IS NULL AND n.end_reason IN ('connected', 'discarded');
    RETURN NULL;
END $$;
CREATE TRIGGER note_ended AFTER UPDATE ON access_grant REFERENCING NEW TABLE AS changed OLD TABLE AS former
    FOR EACH STATEMENT EXECUTE FUNCTION authz.note_ended_grants();

CREATE FUNCTION authz.note_refusals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO authz.closing (kind, subject, principal)
        SELECT 'refusal', uuid_send(case_id), principal FROM changed WHERE ended_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER note_refusals AFTER INSERT ON access_refusal REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION authz.note_refusals();

-- Sign-out, panic lock, a role or desk place lost, an account closed, a second factor changed.
CREATE FUNCTION authz.note_ended_sessions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO authz.closing (kind, subject)
        SELECT 'session', token_hash FROM former WHERE cardinality(principals) > 0;
    RETURN NULL;
END $$;
CREATE TRIGGER note_ended AFTER DELETE ON access_session REFERENCING OLD TABLE AS former
    FOR EACH STATEMENT EXECUTE FUNCTION authz.note_ended_sessions();
"""

READING = """
-- What is still to be closed, oldest first. A refusal lifted meanwhile is passed over, as done.
CREATE FUNCTION authz.closings(most int) RETURNS TABLE (id bigint, kind text, subject bytea, principal int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.id, CASE WHEN c.kind = 'refusal' AND NOT EXISTS (
            SELECT 1 FROM public.access_refusal f
            WHERE uuid_send(f.case_id) = c.subject AND f.principal = c.principal AND f.ended_at IS NULL)
        THEN 'lifted' ELSE c.kind END, c.subject, c.principal
    FROM authz.closing c ORDER BY c.id LIMIT most
$$;

CREATE FUNCTION authz.closed(done bigint[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM authz.closing WHERE id = ANY (done)
$$;

-- Of what lives at the keeper: what the database says is over. What it does not know at all is left alone, but for
-- sessions: a database put back from an old copy must not destroy younger files.
CREATE FUNCTION authz.must_be_gone(kind text, subjects bytea[]) RETURNS SETOF bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ids uuid[];
BEGIN
    IF kind = 'session' THEN
        RETURN QUERY SELECT h FROM unnest(subjects) h WHERE NOT EXISTS (
            SELECT 1 FROM public.access_session s LEFT JOIN public.network_user u ON u.id = s.user_id
            WHERE s.token_hash = h AND u.is_active IS NOT FALSE AND least(s.expires_at, s.rests_until) > now());
        RETURN;
    END IF;
    ids := ARRAY(SELECT encode(h, 'hex')::uuid FROM unnest(subjects) h);
    IF kind = 'grant' THEN
        RETURN QUERY SELECT uuid_send(g.id) FROM public.access_grant g
            WHERE g.id = ANY (ids) AND (g.ended_at IS NOT NULL OR g.until <= now());
    ELSIF kind = 'case' THEN
        RETURN QUERY SELECT DISTINCT uuid_send(g.case_id) FROM public.access_grant g
            WHERE g.case_id = ANY (ids) AND g.end_reason IN ('connected', 'discarded');
    END IF;
END $$;

CREATE FUNCTION authz.standing_refusals() RETURNS TABLE (case_id uuid, principal int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT f.case_id, f.principal FROM public.access_refusal f WHERE f.ended_at IS NULL
$$;

-- Only the worker's own role: what is listed here says who is refused in which file.
REVOKE EXECUTE ON FUNCTION authz.closings(int), authz.closed(bigint[]), authz.must_be_gone(text, bytea[]),
    authz.standing_refusals(), authz.note_ended_grants(), authz.note_refusals(), authz.note_ended_sessions()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.closings(int), authz.closed(bigint[]), authz.must_be_gone(text, bytea[]),
    authz.standing_refusals() TO cadra_sealer;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0008_refresh")]
    operations = [
        migrations.RunSQL(LIST, migrations.RunSQL.noop),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + READING, migrations.RunSQL.noop),
    ]
