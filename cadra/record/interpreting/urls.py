"""Addresses of the roster, of requests and of appointments."""

from django.urls import path

from cadra.record.interpreting import views

app_name = "interpreting"
FILE = "files/<uuid:case_id>/interpreters/"
urlpatterns = [
    path("interpreters/", views.interpreters, name="roster"),
    path("interpreters/new/", views.new, name="new"),
    path("interpreters/<uuid:interpreter_id>/", views.interpreter, name="interpreter"),
    path("interpreters/<uuid:interpreter_id>/change/", views.change, name="change"),
    path("interpreters/<uuid:interpreter_id>/undertaking/", views.undertaking, name="undertaking"),
    path(FILE, views.of_file, name="of_file"),
    path(f"{FILE}new/", views.ask, name="ask"),
    path(f"{FILE}<uuid:wanted_id>/", views.one_request, name="request"),
    path(f"{FILE}<uuid:wanted_id>/do/", views.do, name="do"),
    path(f"{FILE}<uuid:wanted_id>/assign/<uuid:interpreter_id>/", views.assign, name="assign"),
    path("appointments/", views.appointments, name="appointments"),
    path("appointments/<uuid:assignment_id>/", views.appointment, name="appointment"),
]
