from django.apps import AppConfig


class IdentificationConfig(AppConfig):
    name = "cadra.stages.identification"
    label = "identification"
