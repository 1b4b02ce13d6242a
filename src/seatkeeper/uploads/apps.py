from django.apps import AppConfig


class UploadsConfig(AppConfig):
    name = "seatkeeper.uploads"
    label = "uploads"

    def ready(self) -> None:
        from seatkeeper.uploads.tasks import register_tasks

        register_tasks()
