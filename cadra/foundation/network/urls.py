"""Addresses of the directory and of one's own institution."""

from django.urls import path

from cadra.foundation.network import views

app_name = "network"
urlpatterns = [
    path("directory/", views.directory, name="directory"),
    path("directory/<uuid:institution_id>/", views.institution, name="institution"),
    path("institution/", views.staff, name="staff"),
    path("institution/invite/", views.invite, name="invite"),
    path("institution/colleagues/<uuid:user_id>/", views.colleague, name="colleague"),
    path("institution/colleagues/<uuid:user_id>/active/", views.set_active, name="set_active"),
    path("institution/invitations/<uuid:invitation_id>/withdraw/", views.withdraw, name="withdraw"),
    path("institution/desks/<uuid:desk_id>/", views.desk, name="desk"),
    path("institution/training/", views.trainings, name="trainings"),
    path("institution/training/new/", views.training_new, name="training_new"),
    path("institution/training/untrained/", views.untrained, name="untrained"),
    path("institution/training/<uuid:training_id>/remove/", views.training_remove, name="training_remove"),
    path("me/training/", views.my_trainings, name="my_trainings"),
    path("invitation/<str:token>/", views.accept, name="accept"),
]
