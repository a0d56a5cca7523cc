from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "cadra.steering.monitoring"
    label = "monitoring"
