"""Who sees ratings and editions; what was sent includes its wording; proof of a sending for whoever may see it."""

from django.db import migrations

from cadra.foundation.access.protected import Protect, Shared

NAMED_BY_ITS_TEXT = """
-- An edition is named by the SHA-256 of its text: a name can only ever mean one wording.
ALTER TABLE support_wordingedition ADD CONSTRAINT named_by_its_text
    CHECK (digest = encode(sha256(convert_to(body, 'UTF8')), 'hex'));
"""

NOT_BY_PROVIDER = """
-- Whoever works at the rated desk or its institution never sees what one person answered, also when a file is shared.
CREATE POLICY support_rating_not_by_provider ON support_rating AS RESTRICTIVE FOR ALL TO cadra_app
    USING (NOT current_setting('cadra.principals')::int[] && ARRAY[desk, provider]);
"""

SENT_STAYS = """
-- What was sent stays as it was sent, with the wording it was read under; a closed referral stays closed.
CREATE OR REPLACE FUNCTION authz.support_sent_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.submission, NEW.consent_id, NEW.offer_id, NEW.follows_id, NEW.reference, NEW.service, NEW.urgency, NEW.desk,
        NEW.sender_id, NEW.sender_institution, NEW.parts, NEW.message, NEW.message_digest, NEW.edition, NEW.sent_at,
        NEW.answer_due_at)
        IS DISTINCT FROM
       (OLD.submission, OLD.consent_id, OLD.offer_id, OLD.follows_id, OLD.reference, OLD.service, OLD.urgency, OLD.desk,
        OLD.sender_id, OLD.sender_institution, OLD.parts, OLD.message, OLD.message_digest, OLD.edition, OLD.sent_at,
        OLD.answer_due_at)
    THEN
        RAISE EXCEPTION 'what was sent stays as it was sent' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state IN ('refused', 'ended', 'withdrawn', 'closed_by_consent') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'a closed referral stays closed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

STATS = """
GRANT SELECT (family_part, children, hard) ON support_offerdecision TO cadra_stats;
GRANT SELECT (explained_on, reading_level) ON support_offer TO cadra_stats;
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0007_second_round")]
    operations = [
        Shared("support_wordingedition", write=("INSERT",)),
        migrations.RunSQL(NAMED_BY_ITS_TEXT, migrations.RunSQL.noop),
        Protect(
            "support_rating",
            "support",
            write=("INSERT",),
            insert_check=(
                "EXISTS (SELECT 1 FROM support_servicereferral p WHERE p.id = support_rating.referral_id"
                " AND p.case_id = support_rating.case_id AND p.desk = support_rating.desk"
                " AND p.service = support_rating.service)"
                " AND EXISTS (SELECT 1 FROM network_desk d JOIN network_institution i ON i.id = d.institution_id"
                " WHERE d.principal = support_rating.desk AND i.principal = support_rating.provider)"
            ),
            stats=("id", "case_id", "service", "desk", "provider", "answers", "asked_on"),
        ),
        migrations.RunSQL(NOT_BY_PROVIDER, migrations.RunSQL.noop),
        migrations.RunSQL(SENT_STAYS, migrations.RunSQL.noop),
        migrations.RunSQL(STATS, migrations.RunSQL.noop),
    ]
