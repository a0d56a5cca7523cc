"""Addresses of one's own account."""

from django.urls import path

from cadra.foundation.access import views

app_name = "access"
urlpatterns = [
    path("me/", views.account, name="account"),
    path("me/undertaking/", views.undertaking, name="undertaking"),
    path("me/end/", views.end, name="end"),
    path("me/lock/", views.lock, name="lock"),
    path("me/kept/", views.kept, name="kept"),
    path("me/about/", views.about, name="about"),
    path("me/absence/", views.absence, name="absence"),
    path("institution/colleagues/<uuid:user_id>/absence/", views.absence, name="colleague_absence"),
    path("me/second-factor/stop/", views.factor_stop_mine, name="factor_stop_mine"),
    path("institution/second-factors/", views.factors, name="factors"),
    path("institution/second-factors/<uuid:reset_id>/confirm/", views.factor_confirm, name="factor_confirm"),
    path("institution/second-factors/<uuid:reset_id>/stop/", views.factor_stop, name="factor_stop"),
    path("second-factor/<str:token>/", views.factor_link, name="factor_link"),
]
