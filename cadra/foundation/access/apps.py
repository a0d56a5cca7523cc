from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "cadra.foundation.access"
    label = "access"
