from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "cadra.record.tasks"
    label = "tasks"
