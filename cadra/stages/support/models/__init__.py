"""Pillar 2: a plan in her words, services offered and answered, referrals to providers and what they gave."""

from cadra.stages.support.models.offers import DecisionOnOffer, Offer, OfferDecision, Understood
from cadra.stages.support.models.plan import Change, Goal, Plan
from cadra.stages.support.models.referrals import (
    CLOSED,
    OPEN,
    Delivery,
    DeliveryKind,
    Extract,
    ReferralState,
    ServiceReferral,
    Turn,
    Urgency,
)

__all__ = [
    "CLOSED",
    "OPEN",
    "Change",
    "DecisionOnOffer",
    "Delivery",
    "DeliveryKind",
    "Extract",
    "Goal",
    "Offer",
    "OfferDecision",
    "Plan",
    "ReferralState",
    "ServiceReferral",
    "Turn",
    "Understood",
    "Urgency",
]
