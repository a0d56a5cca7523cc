"""Addresses of exchange."""

from django.urls import path

from cadra.steering.exchange import views

app_name = "exchange"
urlpatterns = [
    path("exchange/", views.htcds, name="htcds"),
    path("exchange/export/", views.export, name="export"),
    path("exchange/<uuid:run_id>/", views.run, name="run"),
    path("exchange/<uuid:run_id>/confirm/", views.confirm, name="confirm"),
    path("exchange/<uuid:run_id>/discard/", views.discard, name="discard"),
    path("exchange/<uuid:run_id>/file/", views.file, name="file"),
]
