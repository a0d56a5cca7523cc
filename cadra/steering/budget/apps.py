from django.apps import AppConfig


class BudgetConfig(AppConfig):
    name = "cadra.steering.budget"
    label = "budget"
