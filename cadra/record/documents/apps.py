from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "cadra.record.documents"
    label = "documents"
