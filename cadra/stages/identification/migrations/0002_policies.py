from django.db import migrations

from cadra.foundation.access.protected import OwnRows, Protect

SAME_FILE = """EXISTS (SELECT 1 FROM identification_referral r
    WHERE r.id = identification_referralanswers.referral_id AND r.case_id = identification_referralanswers.case_id)"""
CLOCK = ("id", "state", "sent_at", "answer_due_at", "acknowledged_at", "connected_at", "assigned_at", "escalated_at")


class Migration(migrations.Migration):
    dependencies = [("identification", "0001_initial"), ("cases", "0002_policies"), ("consent", "0002_policies")]
    operations = [
        Protect("identification_referral", "file", write=("INSERT", "UPDATE", "DELETE"), stats=(*CLOCK, "is_child")),
        Protect("identification_referralanswers", "*", write=("INSERT", "UPDATE", "DELETE"), insert_check=SAME_FILE),
        OwnRows("identification_receipt", ("author", "institution", "desk")),
        Protect("identification_pair", "file", stats=("case_id", "named_at", "decision_due_at", "ended_at")),
        Protect("identification_interview", "story", stats=("case_id", "number", "held_at")),
        Protect("identification_decision", "story", stats=("case_id", "proposed_at", "signed_at", "returned_at")),
        Protect("identification_recoveryperiod", "file", stats=("case_id", "starts_on", "ends_on", "bars_removal")),
    ]
