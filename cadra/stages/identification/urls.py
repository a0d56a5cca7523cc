"""Addresses of identification: the first responder's, then the desk's and the pair's."""

from cadra.stages.identification import urls_desk, urls_intake

app_name = "identification"
urlpatterns = [*urls_intake.urlpatterns, *urls_desk.urlpatterns]
