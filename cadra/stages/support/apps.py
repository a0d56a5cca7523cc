from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "cadra.stages.support"
    label = "support"
