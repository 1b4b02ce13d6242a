from django.apps import AppConfig


class UsageConfig(AppConfig):
    name = "seatkeeper.usage"
    label = "usage"
