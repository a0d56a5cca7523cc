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
]
