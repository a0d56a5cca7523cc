"""The addresses the shell's own tests need."""

from django.urls import include, path

urlpatterns = [
    path("", include("cadra.foundation.shell.urls")),
    path("account/", include("allauth.urls")),
]
