from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "seatkeeper.notices"
    label = "notices"

    def ready(self) -> None:
        from seatkeeper.licensing.ends import on_end
        from seatkeeper.notices.services.learners import heed_end
        from seatkeeper.notices.services.tell import tell_of_end
        from seatkeeper.notices.tasks import register_tasks

        register_tasks()
        on_end(tell_of_end)
        on_end(heed_end)
