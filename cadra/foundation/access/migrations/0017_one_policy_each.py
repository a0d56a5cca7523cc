"""Who may write the network stands in one policy for each command; what nobody may do has none."""

from django.db import migrations

NARROWED = """
DROP POLICY network_institution_added ON network_institution;
DROP POLICY network_institution_kept ON network_institution;
DROP POLICY network_institution_delete ON network_institution;
DROP POLICY network_desk_added ON network_desk;
DROP POLICY network_desk_kept ON network_desk;
DROP POLICY network_desk_delete ON network_desk;
DROP POLICY network_invitation_offered ON network_invitation;

ALTER POLICY network_institution_insert ON network_institution WITH CHECK ((SELECT authz.context_is_genuine())
    AND (SELECT authz.keeps_members()) AND NOT is_responsible_authority);
ALTER POLICY network_institution_update ON network_institution
    USING ((SELECT authz.context_is_genuine()) AND (authz.keeps_house(id) OR (SELECT authz.keeps_members())))
    WITH CHECK ((SELECT authz.context_is_genuine()) AND (authz.keeps_house(id) OR (SELECT authz.keeps_members())));
ALTER POLICY network_desk_insert ON network_desk
    WITH CHECK ((SELECT authz.context_is_genuine()) AND authz.keeps_house(institution_id));
ALTER POLICY network_desk_update ON network_desk
    USING ((SELECT authz.context_is_genuine()) AND authz.keeps_house(institution_id))
    WITH CHECK ((SELECT authz.context_is_genuine()) AND authz.keeps_house(institution_id));
ALTER POLICY network_invitation_insert ON network_invitation WITH CHECK ((SELECT authz.context_is_genuine())
    AND (authz.keeps_house(institution_id)
        OR ((SELECT authz.keeps_members()) AND roles <@ ARRAY['institution_admin']::varchar[])));
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0016_members")]
    operations = [migrations.RunSQL(NARROWED, migrations.RunSQL.noop)]
