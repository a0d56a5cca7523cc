from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "cadra.record.people"
    label = "people"
