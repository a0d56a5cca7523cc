"""Addresses of the receiving desk and the identification pair."""

from django.urls import path

from cadra.stages.identification.views import desk, pair, unheld

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/without-institution/", unheld.unheld, name="unheld"),
    path("desk/<uuid:referral_id>/", desk.desk_item, name="desk_item"),
    path("desk/<uuid:referral_id>/received/", desk.acknowledge, name="acknowledge"),
    path("desk/<uuid:referral_id>/match/", desk.match, name="match"),
    path("desk/<uuid:referral_id>/apart/<uuid:person_id>/", desk.apart, name="apart"),
    path("desk/<uuid:referral_id>/connect/<uuid:person_id>/", desk.connect, name="connect"),
    path("desk/<uuid:referral_id>/register/", desk.register, name="register"),
    path("desk/<uuid:referral_id>/assign/", desk.assign, name="assign"),
    path("files/<uuid:case_id>/identification/", pair.overview, name="overview"),
    path("files/<uuid:case_id>/identification/assign/", desk.assign_file, name="assign_file"),
    path("files/<uuid:case_id>/identification/interview/", pair.interview_new, name="interview_new"),
    path("files/<uuid:case_id>/identification/interview/<uuid:interview_id>/", pair.interview, name="interview"),
    path("files/<uuid:case_id>/identification/decide/", pair.decide, name="decide"),
    path("files/<uuid:case_id>/identification/decision/<uuid:decision_id>/", pair.decision, name="decision"),
    path(
        "files/<uuid:case_id>/identification/decision/<uuid:decision_id>/sign/",
        pair.decision_sign,
        name="decision_sign",
    ),
    path(
        "files/<uuid:case_id>/identification/decision/<uuid:decision_id>/return/",
        pair.decision_return,
        name="decision_return",
    ),
    path(
        "files/<uuid:case_id>/identification/decision/<uuid:decision_id>/told/",
        pair.decision_told,
        name="decision_told",
    ),
    path("files/<uuid:case_id>/identification/recovery/", pair.recovery, name="recovery"),
]
