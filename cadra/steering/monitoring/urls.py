"""Addresses of monitoring."""

from django.urls import path

from cadra.steering.monitoring import views

app_name = "monitoring"
urlpatterns = [
    path("figures/", views.figures, name="figures"),
    path("figures/times/", views.times, name="times"),
    path("figures/help/", views.help_, name="help"),
    path("figures/not-helped/", views.not_helped, name="not_helped"),
    path("figures/ratings/", views.ratings, name="ratings"),
    path("figures/own/", views.own, name="own"),
    path("figures/compare/", views.compare, name="compare"),
    path("figures/<slug:page>/numbers.csv", views.numbers, name="numbers"),
]
