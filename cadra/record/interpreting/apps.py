from django.apps import AppConfig


class InterpretingConfig(AppConfig):
    name = "cadra.record.interpreting"
    label = "interpreting"
