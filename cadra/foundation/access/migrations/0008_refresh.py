"""One statement for each table, planned once a session: a change of who reaches a file took a plan for every table."""

from django.db import migrations

REFRESH = """
CREATE TYPE authz.reached AS (case_id uuid, compartment text, principals int[], refused int[]);

-- Writes authz.refresh anew from the list of protected tables; runs when the list changes, in migrations.
CREATE FUNCTION authz.write_refresh() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $write$
DECLARE
    t record;
    value text;
    steps text := '';
BEGIN
    FOR t IN SELECT * FROM authz.protected ORDER BY name LOOP
        value := CASE t.by_referral
            WHEN '' THEN 'r.principals'
            WHEN 'envelope' THEN 'authz.with_referral(r.principals, x.grant_id, NULL)'
            ELSE 'authz.with_referral(r.principals, x.grant_id, r.compartment)' END;
        steps := steps || format($step$
    IF EXISTS (SELECT 1 FROM public.%1$I x WHERE x.%2$I = ANY (cases)) THEN
        UPDATE public.%1$I x SET visible_to = %3$s, refused_to = r.refused FROM unnest(reached) r
        WHERE x.%2$I = r.case_id AND r.compartment = %4$s
          AND (x.visible_to, x.refused_to) IS DISTINCT FROM (%3$s, r.refused);
    END IF;$step$,
            t.name, t.case_column, value,
            CASE t.compartment WHEN '*' THEN 'x.compartment' ELSE quote_literal(t.compartment) END);
    END LOOP;
    EXECUTE format($function$
CREATE OR REPLACE FUNCTION authz.refresh(cases uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $body$
DECLARE
    reached authz.reached[];
BEGIN
    -- Rows of transactions still open are not to be seen yet: wait for them. A bulk of new files has no other writers.
    IF COALESCE(current_setting('cadra.made_for', true), '') = '' THEN
        PERFORM authz.hold(c) FROM (SELECT DISTINCT u AS c FROM unnest(cases) u ORDER BY 1) ordered;
    END IF;
    reached := ARRAY(SELECT ROW(r.case_id, r.compartment, r.principals, r.refused)::authz.reached
        FROM authz.reach(cases, '{core,identity,contact,story,support,health,justice,child,file,any}') r);
%s
END $body$ $function$, steps);
    RETURN NULL;
END $write$;
REVOKE EXECUTE ON FUNCTION authz.write_refresh() FROM PUBLIC;
CREATE TRIGGER write_refresh AFTER INSERT OR UPDATE OR DELETE ON authz.protected
    FOR EACH STATEMENT EXECUTE FUNCTION authz.write_refresh();
UPDATE authz.protected SET name = name;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0007_ending")]
    operations = [migrations.RunSQL("SET LOCAL check_function_bodies = off;" + REFRESH, migrations.RunSQL.noop)]
