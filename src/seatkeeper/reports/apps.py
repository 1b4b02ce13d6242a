from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "seatkeeper.reports"
    label = "reports"

    def ready(self) -> None:
        from seatkeeper.directory.time_zones import on_time_zone_change
        from seatkeeper.reports.services.saved import set_times_anew
        from seatkeeper.reports.tasks import register_tasks

        register_tasks()
        on_time_zone_change(set_times_anew)
