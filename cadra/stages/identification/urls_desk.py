"""Addresses of the receiving desk and the identification pair."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
