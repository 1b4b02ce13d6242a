from django.apps import AppConfig


class GateConfig(AppConfig):
    name = "seatkeeper.gate"
    label = "gate"

    def ready(self) -> None:
        from datetime import timedelta

        from seatkeeper.background.kinds import register_periodic
        from seatkeeper.gate.services.load_openings import load_openings

        register_periodic("gate.openings", lambda clock: load_openings(clock=clock), every=timedelta(minutes=1))
