from django.apps import AppConfig


class GateConfig(AppConfig):
    name = "seatkeeper.gate"
    label = "gate"
