"""Addresses of tasks and of the calendar."""

from django.urls import path

from cadra.record.tasks.views import calendars, lists, one

app_name = "tasks"
FILE = "files/<uuid:case_id>/tasks/"
urlpatterns = [
    path("tasks/", lists.tasks, name="list"),
    path("tasks/new/", one.new_for_house, name="house_new"),
    path("tasks/<uuid:house_task_id>/", one.house_task, name="house_task"),
    path("tasks/<uuid:house_task_id>/change/", one.change_house_task, name="house_change"),
    path("tasks/<uuid:house_task_id>/do/", one.do_house_task, name="house_do"),
    path(FILE, lists.of_file, name="of_file"),
    path(f"{FILE}new/", one.new, name="new"),
    path(f"{FILE}<uuid:task_id>/", one.task, name="task"),
    path(f"{FILE}<uuid:task_id>/change/", one.change, name="change"),
    path(f"{FILE}<uuid:task_id>/do/", one.do, name="do"),
    path("me/calendar/", calendars.addresses, name="calendar"),
    path("me/calendar/<uuid:address_id>/revoke/", calendars.revoke, name="calendar_revoke"),
    path("calendar/<str:token>.ics", calendars.feed, name="feed"),
]
