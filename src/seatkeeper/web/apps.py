from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "seatkeeper.web"
    label = "web"
