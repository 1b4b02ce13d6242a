from django.apps import AppConfig


class LicensingConfig(AppConfig):
    name = "seatkeeper.licensing"
    label = "licensing"
