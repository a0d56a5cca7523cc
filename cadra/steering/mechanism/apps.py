from django.apps import AppConfig


class MechanismConfig(AppConfig):
    name = "cadra.steering.mechanism"
    label = "mechanism"
