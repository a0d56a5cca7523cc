"""Addresses of mechanism."""

from django.urls import URLPattern

app_name = "mechanism"
urlpatterns: list[URLPattern] = []
