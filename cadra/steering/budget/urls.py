"""Addresses of money."""

from django.urls import path

from cadra.steering.budget import views

app_name = "budget"
urlpatterns = [
    path("budget/", views.budget, name="budget"),
    path("budget/new/", views.new_line, name="line_new"),
    path("budget/lines/<uuid:line_id>/", views.line, name="line"),
    path("budget/entries/<uuid:entry_id>/", views.entry, name="entry"),
    path("budget/<int:year>/entries.<slug:kind>", views.export, name="export"),
    path("files/<uuid:case_id>/help/costs/", views.costs, name="costs"),
    path("files/<uuid:case_id>/help/costs/new/", views.spend, name="spend"),
    path("files/<uuid:case_id>/help/no-funds/", views.no_funds, name="no_funds"),
]
