"""Addresses of the catalogue and of one's own services."""

from django.urls import path

from cadra.foundation.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("services/", views.services, name="services"),
    path("services/own/", views.own, name="own"),
    path("services/own/new/", views.new, name="new"),
    path("services/own/<uuid:service_id>/", views.edit, name="edit"),
    path("services/own/<uuid:service_id>/places/", views.places, name="places"),
    path("services/own/<uuid:service_id>/verify/", views.verify, name="verify"),
    path("services/<uuid:service_id>/", views.service, name="service"),
]
