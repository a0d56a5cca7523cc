"""Addresses of the first responder: drafts, screens, receipts."""

from django.urls import path

from cadra.stages.identification.views import intake as views

urlpatterns = [
    path("referrals/", views.receipts, name="receipts"),
    path("referrals/new/", views.start, name="start"),
    path("referrals/<uuid:referral_id>/delete/", views.discard, name="discard"),
    path("referrals/<uuid:referral_id>/send/", views.send, name="send"),
    path("referrals/<uuid:referral_id>/<slug:screen>/", views.screen, name="screen"),
    path("referrals/<uuid:referral_id>/<slug:screen>/now/", views.now, name="now"),
    path("receipts/<uuid:receipt_id>/", views.receipt, name="receipt"),
]
