"""Addresses of the directory, of one's own institution, and of the members of the mechanism."""

from django.urls import path

from cadra.foundation.network.views import members, own

app_name = "network"
urlpatterns = [
    path("directory/", own.directory, name="directory"),
    path("directory/<uuid:institution_id>/", own.institution, name="institution"),
    path("institution/", own.staff, name="staff"),
    path("institution/entry/", members.entry, name="entry"),
    path("institution/invite/", own.invite, name="invite"),
    path("institution/colleagues/<uuid:user_id>/", own.colleague, name="colleague"),
    path("institution/colleagues/<uuid:user_id>/active/", own.set_active, name="set_active"),
    path("institution/invitations/<uuid:invitation_id>/withdraw/", own.withdraw, name="withdraw"),
    path("institution/desks/new/", own.desk_new, name="desk_new"),
    path("institution/desks/<uuid:desk_id>/", own.desk, name="desk"),
    path("institution/training/", own.trainings, name="trainings"),
    path("institution/training/new/", own.training_new, name="training_new"),
    path("institution/training/untrained/", own.untrained, name="untrained"),
    path("institution/training/<uuid:training_id>/remove/", own.training_remove, name="training_remove"),
    path("institutions/", members.members, name="members"),
    path("institutions/new/", members.member_new, name="member_new"),
    path("institutions/<uuid:institution_id>/", members.member, name="member"),
    path("institutions/<uuid:institution_id>/entry/", members.member_entry, name="member_entry"),
    path("institutions/<uuid:institution_id>/invite/", members.member_invite, name="member_invite"),
    path(
        "institutions/<uuid:institution_id>/invitations/<uuid:invitation_id>/withdraw/",
        members.member_withdraw,
        name="member_withdraw",
    ),
    path(
        "institutions/<uuid:institution_id>/administrators/<uuid:user_id>/active/",
        members.administrator,
        name="administrator",
    ),
    path("institutions/<uuid:institution_id>/close/", members.member_close, name="member_close"),
    path("institutions/<uuid:institution_id>/open/", members.member_open, name="member_open"),
    path("me/training/", own.my_trainings, name="my_trainings"),
    path("invitation/<str:token>/", own.accept, name="accept"),
]
