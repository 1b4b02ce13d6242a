from django.apps import AppConfig


class BackgroundConfig(AppConfig):
    name = "seatkeeper.background"
    label = "background"

    def ready(self) -> None:
        from seatkeeper.background.periodic import register_sweeps

        register_sweeps()
