from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "seatkeeper.notices"
    label = "notices"
