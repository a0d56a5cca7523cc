from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cadra.record.cases"
    label = "cases"
