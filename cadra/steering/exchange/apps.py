from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "cadra.steering.exchange"
    label = "exchange"
