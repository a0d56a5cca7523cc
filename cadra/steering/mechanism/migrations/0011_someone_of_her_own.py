"""Being asked and handing over are dates of the file; and who answers for a file whose carrier is not there."""

from django.db import migrations

from cadra.steering.mechanism.dates import HoldsDate

ANSWERS = """
-- Who answers for a file now: who carries it or stands in for her; of a file nobody carries, those of its holder who may
-- take it on; else who leads there; at last the officers of the Responsible Authority. Nobody who does not see it.
CREATE FUNCTION authz.file_answerers(manager uuid, held_by integer, visible integer[], refused integer[])
RETURNS SETOF uuid LANGUAGE plpgsql STABLE ROWS 3 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    house uuid := (SELECT id FROM network_institution WHERE principal = held_by);
BEGIN
    RETURN QUERY SELECT s FROM authz.stands_in(manager) AS s WHERE authz.sees(authz.principals_of(s), visible, refused);
    IF FOUND THEN RETURN; END IF;
    IF manager IS NULL THEN
        RETURN QUERY SELECT s FROM authz.present(house, '{case_manager,child_protection_worker}') AS s
            WHERE authz.sees(authz.principals_of(s), visible, refused);
        IF FOUND THEN RETURN; END IF;
    END IF;
    RETURN QUERY SELECT s FROM authz.present(house, '{supervisor}') AS s
        WHERE authz.sees(authz.principals_of(s), visible, refused);
    IF FOUND THEN RETURN; END IF;
    RETURN QUERY SELECT p FROM network_institution i CROSS JOIN LATERAL authz.present(i.id, '{ra_officer}') AS p
        WHERE i.is_responsible_authority AND i.is_active AND authz.sees(authz.principals_of(p), visible, refused);
END $$;

-- Open files of others that whoever asks answers for now, because whoever carries them is away without a cover, has
-- left, or is kept out; or because nobody carries them and none is there who could. Of those of one colleague, and of
-- those nobody carries, the `most` that are due soonest: a house may hold very many. The branches only narrow down where
-- to look; who answers is judged as above, once for all files with the same carrier, holder and readers.
CREATE FUNCTION authz.files_falling_to_me(most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, public, pg_temp AS $$
    WITH mine AS MATERIALIZED (
        SELECT u.id, u.institution_id,
            EXISTS (SELECT 1 FROM network_roleholding h WHERE h.user_id = u.id AND h.role = 'supervisor') AS leads,
            EXISTS (SELECT 1 FROM network_roleholding h WHERE h.user_id = u.id AND h.role = 'ra_officer') AS officer
        FROM network_user u WHERE u.id IN (SELECT authz.all_i_am())),
    present AS MATERIALIZED (
        SELECT u.institution_id, h.role = 'supervisor' AS leads
        FROM network_roleholding h JOIN network_user u ON u.id = h.user_id
        WHERE h.role IN ('supervisor', 'case_manager', 'child_protection_worker')
            AND (authz.is_there(u) OR EXISTS (SELECT authz.stands_in(u.id)))),
    houses AS MATERIALIZED (
        SELECT i.id, i.principal FROM network_institution i
        WHERE i.id IN (SELECT institution_id FROM mine WHERE leads)
            OR EXISTS (SELECT 1 FROM mine WHERE officer)
                AND i.id NOT IN (SELECT institution_id FROM present WHERE leads)),
    bare AS MATERIALIZED (
        SELECT principal FROM houses WHERE id NOT IN (SELECT institution_id FROM present WHERE NOT leads)),
    found AS MATERIALIZED (
        SELECT c.id FROM network_user u CROSS JOIN LATERAL (
            SELECT id FROM cases_case WHERE manager_id = u.id AND closed_at IS NULL
            ORDER BY next_due_at, id LIMIT most) c
            WHERE u.institution_id IN (SELECT id FROM houses) AND NOT authz.is_there(u)
        UNION
        SELECT c.id FROM access_refusal f
            JOIN cases_case c ON c.case_id = f.case_id AND c.closed_at IS NULL
            LEFT JOIN network_user u ON u.id = c.manager_id
            JOIN network_institution i ON CASE WHEN u.id IS NULL THEN i.principal = c.holder ELSE i.id = u.institution_id END
            WHERE f.ended_at IS NULL
                AND (i.id IN (SELECT institution_id FROM mine WHERE leads) OR EXISTS (SELECT 1 FROM mine WHERE officer))
                AND (f.principal = i.principal
                    OR EXISTS (SELECT 1 FROM network_user o WHERE o.principal = f.principal AND o.institution_id = i.id)
                    OR EXISTS (SELECT 1 FROM network_desk d WHERE d.principal = f.principal AND d.institution_id = i.id))
        UNION
        (SELECT c.id FROM bare b CROSS JOIN LATERAL (
            SELECT id, next_due_at FROM cases_case WHERE holder = b.principal AND manager_id IS NULL AND closed_at IS NULL
            ORDER BY next_due_at, id LIMIT most) c
            ORDER BY c.next_due_at, c.id LIMIT most)),
    seen AS MATERIALIZED (
        SELECT c.case_id, c.manager_id, c.holder, c.visible_to, c.refused_to FROM found f JOIN cases_case c ON c.id = f.id
        WHERE c.manager_id IS DISTINCT FROM authz.me()
            AND authz.sees(current_setting('cadra.principals')::integer[], c.visible_to, c.refused_to)),
    judged AS MATERIALIZED (
        SELECT k.* FROM (SELECT DISTINCT manager_id, holder, visible_to, refused_to FROM seen) k
        WHERE authz.me() IN (SELECT authz.file_answerers(k.manager_id, k.holder, k.visible_to, k.refused_to)))
    SELECT s.case_id FROM seen s JOIN judged j ON (s.manager_id, s.holder) IS NOT DISTINCT FROM (j.manager_id, j.holder)
        AND s.visible_to = j.visible_to AND s.refused_to = j.refused_to
$$;
REVOKE EXECUTE ON FUNCTION authz.file_answerers(uuid, integer, integer[], integer[]), authz.files_falling_to_me(integer)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.files_falling_to_me(integer) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mechanism", "0010_interpreters"),
        ("cases", "0007_team_policies"),
        ("tasks", "0002_policies"),
        ("network", "0002_cover_days"),
    ]
    operations = [
        HoldsDate("cases_assignment", "d.answer_by", holds="d.state = 'asked'", moved_by="answer_by, state"),
        HoldsDate("cases_handover", "d.answer_by", holds="d.state = 'sent'", moved_by="answer_by, state"),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + ANSWERS, migrations.RunSQL.noop),
    ]
