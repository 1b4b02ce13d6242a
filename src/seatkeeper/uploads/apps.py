from django.apps import AppConfig


class UploadsConfig(AppConfig):
    name = "seatkeeper.uploads"
    label = "uploads"
