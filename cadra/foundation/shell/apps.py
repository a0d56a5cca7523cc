"""The shell: how every page looks, speaks and asks."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "cadra.foundation.shell"
    label = "shell"
