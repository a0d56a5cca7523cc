"""Pillar 2: a plan in her words, services offered and answered, referrals to providers and what they gave."""

from cadra.stages.support.models.exclusions import Exclusion, ExclusionState, HandedTo, Objection
from cadra.stages.support.models.fairness import (
    Assent,
    HouseRules,
    Restriction,
    RestrictionReview,
    ReviewOutcome,
    RulesAnswer,
    RulesSaid,
)
from cadra.stages.support.models.needs import AssessedDomain, Assessment, Dependant, HeldHow, NeedAnswer
from cadra.stages.support.models.offers import Children, DecisionOnOffer, Offer, OfferDecision, Understood
from cadra.stages.support.models.plan import Change, Goal, Plan
from cadra.stages.support.models.ratings import Rated, Rating
from cadra.stages.support.models.referrals import (
    CLOSED,
    OPEN,
    Delivery,
    DeliveryKind,
    Extract,
    MoneyWay,
    ReferralState,
    ServiceReferral,
    Turn,
    Urgency,
)
from cadra.stages.support.models.safety import Incident, RiskAssessment, SafetyPlan, SafetyReview, Versioned
from cadra.stages.support.models.sheets import WordingEdition

__all__ = [
    "CLOSED",
    "OPEN",
    "Assent",
    "AssessedDomain",
    "Assessment",
    "Change",
    "Children",
    "DecisionOnOffer",
    "Delivery",
    "DeliveryKind",
    "Dependant",
    "Exclusion",
    "ExclusionState",
    "Extract",
    "Goal",
    "HandedTo",
    "HeldHow",
    "HouseRules",
    "Incident",
    "MoneyWay",
    "NeedAnswer",
    "Objection",
    "Offer",
    "OfferDecision",
    "Plan",
    "Rated",
    "Rating",
    "ReferralState",
    "Restriction",
    "RestrictionReview",
    "ReviewOutcome",
    "RiskAssessment",
    "RulesAnswer",
    "RulesSaid",
    "SafetyPlan",
    "SafetyReview",
    "ServiceReferral",
    "Turn",
    "Understood",
    "Urgency",
    "Versioned",
    "WordingEdition",
]
