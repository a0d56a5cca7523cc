"""Pillar 2: a plan in her words, services offered and answered, referrals to providers and what they gave."""

from cadra.stages.support.models.needs import AssessedDomain, Assessment, Dependant, HeldHow, NeedAnswer
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
from cadra.stages.support.models.safety import Incident, RiskAssessment, SafetyPlan, SafetyReview

__all__ = [
    "CLOSED",
    "OPEN",
    "AssessedDomain",
    "Assessment",
    "Change",
    "DecisionOnOffer",
    "Delivery",
    "DeliveryKind",
    "Dependant",
    "Extract",
    "Goal",
    "HeldHow",
    "Incident",
    "NeedAnswer",
    "Offer",
    "OfferDecision",
    "Plan",
    "ReferralState",
    "RiskAssessment",
    "SafetyPlan",
    "SafetyReview",
    "ServiceReferral",
    "Turn",
    "Understood",
    "Urgency",
]
