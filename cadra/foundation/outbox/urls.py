from django.urls import path

from cadra.foundation.outbox import views

app_name = "outbox"
urlpatterns = [path("", views.mail_list, name="list")]
