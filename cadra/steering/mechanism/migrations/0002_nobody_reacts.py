"""Whom the clock tells: the one who can act, whoever covers for her, and in time whoever leads.

Each late thing is marked once for each of its dates, in the statement that names whom to tell. Returned are only a
kind and users, never a file; nobody she fears is named.
"""

from django.db import migrations

WHO = """
-- Users of a house with one of these roles who are there, or whoever covers for them.
CREATE FUNCTION authz.present(house uuid, wanted text[]) RETURNS SETOF uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT s FROM network_user u CROSS JOIN LATERAL authz.stands_in(u.id) AS s
    WHERE u.institution_id = house AND EXISTS (
        SELECT 1 FROM network_roleholding h WHERE h.user_id = u.id AND h.role = ANY (wanted))
$$;

-- Who answers for a file: its carrier; of a file nobody carries, those of its holder who may take it on; then, and
-- always when `lead` is wanted, those who lead there; at last the officers of the Responsible Authority.
CREATE FUNCTION authz.answers_for(manager uuid, held_by integer, lead boolean) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    house uuid := (SELECT id FROM network_institution WHERE principal = held_by);
BEGIN
    IF NOT lead AND manager IS NOT NULL THEN
        RETURN QUERY SELECT * FROM authz.stands_in(manager);
        IF FOUND THEN RETURN; END IF;
    END IF;
    IF NOT lead AND manager IS NULL AND house IS NOT NULL THEN
        RETURN QUERY SELECT * FROM authz.present(house, '{case_manager,child_protection_worker}');
        IF FOUND THEN RETURN; END IF;
    END IF;
    RETURN QUERY SELECT * FROM authz.present(house, '{supervisor}');
    IF FOUND THEN RETURN; END IF;
    RETURN QUERY SELECT p FROM network_institution i CROSS JOIN LATERAL authz.present(i.id, '{ra_officer}') AS p
        WHERE i.is_responsible_authority;
END $$;

CREATE FUNCTION authz.feared(of_case uuid, wanted uuid, desk integer) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM access_refusal f JOIN network_user u ON u.id = wanted
            JOIN network_institution i ON i.id = u.institution_id
        WHERE f.case_id = of_case AND f.ended_at IS NULL AND f.principal IN (u.principal, i.principal, desk))
$$;

-- Everybody at a desk and at the desk that covers it, and who leads there; each one or her cover.
CREATE FUNCTION authz.at_desk(desk integer) RETURNS SETOF uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT s FROM network_desk d
    JOIN network_user u ON EXISTS (
            SELECT 1 FROM network_deskmember m WHERE m.user_id = u.id AND m.desk_id IN (d.id, d.cover_id))
        OR u.institution_id = d.institution_id AND EXISTS (
            SELECT 1 FROM network_roleholding h WHERE h.user_id = u.id AND h.role = 'supervisor')
    CROSS JOIN LATERAL authz.stands_in(u.id) AS s
    WHERE d.principal = desk
$$;
REVOKE EXECUTE ON FUNCTION authz.present(uuid, text[]), authz.answers_for(uuid, integer, boolean),
    authz.feared(uuid, uuid, integer), authz.at_desk(integer) FROM PUBLIC;
"""

IDENTIFICATION = """
CREATE OR REPLACE FUNCTION authz.escalate_identification(warn_days integer) RETURNS TABLE (kind text, who uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH late_referral AS (
        UPDATE identification_referral SET escalated_at = now()
        WHERE state IN ('sent', 'acknowledged', 'connected') AND COALESCE(assign_due_at, answer_due_at) < now()
          AND (escalated_at IS NULL OR escalated_at < COALESCE(assign_due_at, answer_due_at))
        RETURNING case_id, receipt_id),
    late_pair AS (
        UPDATE identification_pair p SET escalated_at = now()
        FROM cases_case c
        WHERE c.case_id = p.case_id AND c.status = 'presumed' AND p.ended_at IS NULL AND p.decision_due_at < now()
          AND (p.escalated_at IS NULL OR p.escalated_at < p.decision_due_at)
        RETURNING p.case_id, ARRAY[p.police_id, p.social_id, p.child_worker_id] AS members),
    ending AS (
        UPDATE identification_recoveryperiod r SET warned_at = now()
        FROM cases_case c
        WHERE c.case_id = r.case_id AND r.warned_at IS NULL AND c.stage <> 'closed'
          AND authz.today() BETWEEN r.ends_on - warn_days AND r.ends_on
          AND NOT EXISTS (SELECT 1 FROM identification_recoveryperiod o WHERE o.extended_from = r.id)
        RETURNING c.case_id, c.manager_id, c.holder),
    told AS (
        SELECT 'referral' AS kind, l.case_id, t.desk, w AS who
        FROM late_referral l JOIN identification_receipt t ON t.id = l.receipt_id
        CROSS JOIN LATERAL authz.at_desk(t.desk) AS w
        UNION ALL
        SELECT 'decision', p.case_id, NULL, w FROM late_pair p
        CROSS JOIN LATERAL unnest(p.members) AS m CROSS JOIN LATERAL authz.stands_in(m) AS w
        UNION ALL
        SELECT 'recovery', e.case_id, NULL, w FROM ending e
        CROSS JOIN LATERAL authz.answers_for(e.manager_id, e.holder, false) AS w
        UNION ALL
        SELECT 'recovery', e.case_id, NULL, w FROM ending e
        JOIN identification_pair p ON p.case_id = e.case_id AND p.ended_at IS NULL
        CROSS JOIN LATERAL unnest(ARRAY[p.police_id, p.social_id]) AS m CROSS JOIN LATERAL authz.stands_in(m) AS w)
    SELECT DISTINCT t.kind, t.who FROM told t WHERE NOT authz.feared(t.case_id, t.who, t.desk)
$$;
"""

SUPPORT = """
CREATE OR REPLACE FUNCTION authz.escalate_support() RETURNS TABLE (kind text, who uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH late AS (
        UPDATE support_servicereferral SET escalated_at = now()
        WHERE next_due_at < now() AND (escalated_at IS NULL OR escalated_at < next_due_at)
        RETURNING case_id, desk, sender_id),
    told AS (
        SELECT 'request' AS kind, l.case_id, l.desk, w AS who FROM late l
        CROSS JOIN LATERAL authz.at_desk(l.desk) AS w
        UNION ALL
        SELECT 'silence', l.case_id, NULL, w FROM late l CROSS JOIN LATERAL authz.stands_in(l.sender_id) AS w)
    SELECT DISTINCT t.kind, t.who FROM told t WHERE NOT authz.feared(t.case_id, t.who, t.desk)
$$;
"""

FILES = """
-- A file's next date passed: who answers for it is told. Told, and nothing happened until `told_before`: who leads.
CREATE FUNCTION authz.escalate_files(told_before timestamptz) RETURNS TABLE (kind text, who uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH late AS (
        UPDATE cases_case SET late_told_at = now()
        WHERE next_due_at < now() AND (late_told_at IS NULL OR late_told_at < next_due_at)
        RETURNING case_id, manager_id, holder),
    silent AS (
        UPDATE cases_case SET silence_told_at = now()
        WHERE next_due_at < now() AND late_told_at >= next_due_at AND late_told_at < told_before
          AND (silence_told_at IS NULL OR silence_told_at < next_due_at)
        RETURNING case_id, manager_id, holder),
    told AS (
        SELECT 'file' AS kind, l.case_id, w AS who FROM late l
        CROSS JOIN LATERAL authz.answers_for(l.manager_id, l.holder, false) AS w
        UNION ALL
        SELECT 'led', s.case_id, w FROM silent s
        CROSS JOIN LATERAL authz.answers_for(s.manager_id, s.holder, true) AS w)
    SELECT DISTINCT t.kind, t.who FROM told t WHERE NOT authz.feared(t.case_id, t.who, NULL)
$$;
REVOKE EXECUTE ON FUNCTION authz.escalate_files(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.escalate_files(timestamptz) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("mechanism", "0001_next_due"), ("network", "__first__")]
    operations = [
        migrations.RunSQL(
            "SET LOCAL check_function_bodies = off;" + WHO + IDENTIFICATION + SUPPORT + FILES, migrations.RunSQL.noop
        )
    ]
