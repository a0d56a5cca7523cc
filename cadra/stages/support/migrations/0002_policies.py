from django.db import migrations

from cadra.foundation.access.protected import Protect


def same_file(table: str, column: str, parent: str) -> str:
    """A child row may only hang on a parent of the same file that its writer can see."""
    return (
        f"({table}.{column} IS NULL OR EXISTS (SELECT 1 FROM {parent} p "
        f"WHERE p.id = {table}.{column} AND p.case_id = {table}.case_id))"
    )


CLOCK = ("id", "case_id", "service", "desk", "state", "sent_at", "answer_due_at", "answered_at", "started_at",
         "ended_at", "escalated_at", "outcome", "urgency")


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial"), ("cases", "0002_policies"), ("consent", "0002_policies")]
    operations = [
        Protect("support_plan", "support", stats=("case_id", "agreed_on", "made_at")),
        Protect("support_goal", "support", insert_check=same_file("support_goal", "plan_id", "support_plan")),
        Protect(
            "support_offer",
            "support",
            insert_check=same_file("support_offer", "goal_id", "support_goal"),
            stats=("id", "case_id", "service", "offered_at", "decision", "offer_again_on"),
        ),
        Protect(
            "support_offerdecision",
            "support",
            insert_check=same_file("support_offerdecision", "offer_id", "support_offer"),
            write=("INSERT",),
            stats=("case_id", "offer_id", "decision", "reasons", "decided_at"),
        ),
        Protect("support_servicereferral", "support", by_referral="envelope", stats=CLOCK),
        Protect(
            "support_extract",
            "*",
            by_referral="content",
            write=("INSERT",),
            insert_check=same_file("support_extract", "referral_id", "support_servicereferral"),
        ),
        Protect(
            "support_delivery",
            "support",
            by_referral="envelope",
            insert_check=same_file("support_delivery", "referral_id", "support_servicereferral"),
            stats=("case_id", "service", "kind", "amount", "at_distance", '"on"', "by_institution", "recorded_at"),
        ),
    ]
