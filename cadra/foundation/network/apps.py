from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "cadra.foundation.network"
    label = "network"
