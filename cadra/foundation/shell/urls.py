"""Addresses of the shell."""

from django.urls import path

from . import errors, gallery, language, views

app_name = "shell"
urlpatterns = [
    path("language/", language.choose, name="language"),
    path("session-ended/", errors.session_ended, name="session_ended"),
    path("help/", views.help_page, name="help"),
    path("gallery/", gallery.gallery, name="gallery"),
]
