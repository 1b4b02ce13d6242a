from django.apps import AppConfig


class ErasingConfig(AppConfig):
    name = "seatkeeper.erasing"
    label = "erasing"

    def ready(self) -> None:
        from seatkeeper.erasing.tasks import register_tasks

        register_tasks()
