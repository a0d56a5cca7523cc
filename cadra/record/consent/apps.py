from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "cadra.record.consent"
    label = "consent"
