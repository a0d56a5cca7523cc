"""Addresses of support: the plan and offers of a file, referrals to providers, and the provider's desk."""

from django.urls import path

from cadra.stages.support.views import needs, offers, plans, ratings, refer, requests, safety

app_name = "support"
FILE = "files/<uuid:case_id>/"
urlpatterns = [
    path(f"{FILE}plan/", plans.plan, name="plan"),
    path(f"{FILE}plan/agree/", plans.agree, name="plan_agree"),
    path(f"{FILE}plan/print/", plans.to_take_along, name="plan_print"),
    path(f"{FILE}plan/history/", plans.history, name="plan_history"),
    path(f"{FILE}plan/goals/new/", plans.new_goal, name="goal_new"),
    path(f"{FILE}plan/goals/<uuid:goal_id>/", plans.goal, name="goal"),
    path(f"{FILE}plan/goals/<uuid:goal_id>/do/", plans.do, name="goal_do"),
    path(f"{FILE}offers/", offers.all_offers, name="offers"),
    path(f"{FILE}offers/new/", offers.new, name="offer_new"),
    path(f"{FILE}offers/<uuid:offer_id>/", offers.offer, name="offer"),
    path(f"{FILE}offers/<uuid:offer_id>/decide/", offers.decide, name="offer_decide"),
    path(f"{FILE}refer/", refer.choose, name="refer"),
    path(f"{FILE}refer/<uuid:desk_id>/", refer.compose, name="refer_desk"),
    path(f"{FILE}referrals/<uuid:referral_id>/", refer.referral, name="referral"),
    path(f"{FILE}referrals/<uuid:referral_id>/shown/", refer.shown, name="referral_shown"),
    path(f"{FILE}referrals/<uuid:referral_id>/rate/", ratings.rate, name="referral_rate"),
    path(f"{FILE}referrals/<uuid:referral_id>/close/", refer.close, name="referral_close"),
    path(f"{FILE}help/", refer.given, name="help"),
    path(f"{FILE}help/new/", refer.give, name="help_new"),
    path(f"{FILE}needs/", needs.overview, name="needs"),
    path(f"{FILE}needs/new/", needs.begin, name="needs_begin"),
    path(f"{FILE}needs/print/", needs.on_paper, name="needs_print"),
    path(f"{FILE}needs/others/new/", needs.dependant, name="dependant_new"),
    path(f"{FILE}needs/others/<uuid:dependant_id>/", needs.dependant, name="dependant"),
    path(f"{FILE}needs/others/<uuid:dependant_id>/new/", needs.begin, name="needs_begin_for"),
    path(f"{FILE}needs/<uuid:assessment_id>/", needs.assessment, name="assessment"),
    path(f"{FILE}needs/<uuid:assessment_id>/finish/", needs.finish, name="assessment_finish"),
    path(f"{FILE}needs/<uuid:assessment_id>/print/", needs.on_paper, name="assessment_print"),
    path(f"{FILE}needs/<uuid:assessment_id>/goal/", needs.into_the_plan, name="need_goal"),
    path(f"{FILE}needs/<uuid:assessment_id>/<slug:domain>/", needs.domain, name="assessment_domain"),
    path(f"{FILE}safety/", safety.overview, name="safety"),
    path(f"{FILE}safety/risk/", safety.risk, name="safety_risk"),
    path(f"{FILE}safety/plan/", safety.plan, name="safety_plan"),
    path(f"{FILE}safety/card/", safety.card, name="safety_card"),
    path(f"{FILE}safety/incident/", safety.incident, name="safety_incident"),
    path(f"{FILE}safety/event/", safety.event, name="safety_event"),
    path(f"{FILE}safety/review/", safety.review, name="safety_review"),
    path("requests/", requests.desk, name="requests"),
    path("requests/<uuid:referral_id>/", requests.request_page, name="request"),
    path("requests/<uuid:referral_id>/answer/", requests.answer, name="request_answer"),
    path("requests/<uuid:referral_id>/start/", requests.start, name="request_start"),
    path("requests/<uuid:referral_id>/give/", requests.give, name="request_give"),
    path("requests/<uuid:referral_id>/end/", requests.end, name="request_end"),
]
