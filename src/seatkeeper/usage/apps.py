from django.apps import AppConfig


class UsageConfig(AppConfig):
    name = "seatkeeper.usage"
    label = "usage"

    def ready(self) -> None:
        from seatkeeper.directory.time_zones import on_time_zone_change
        from seatkeeper.gate.services.load_openings import on_openings
        from seatkeeper.licensing.services.merged import around_merges
        from seatkeeper.usage.file_tasks import register_tasks as register_file_tasks
        from seatkeeper.usage.services.openings import take_in_openings
        from seatkeeper.usage.services.recount import recounted
        from seatkeeper.usage.tasks import ask_for_days, register_tasks

        register_tasks()
        register_file_tasks()
        on_openings(take_in_openings)
        around_merges(recounted)
        on_time_zone_change(ask_for_days)
