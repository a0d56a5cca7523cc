from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "cadra.foundation.catalogue"
    label = "catalogue"
