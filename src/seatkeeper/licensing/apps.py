from django.apps import AppConfig


class LicensingConfig(AppConfig):
    name = "seatkeeper.licensing"
    label = "licensing"

    def ready(self) -> None:
        from seatkeeper.directory.terms import register_license_terms
        from seatkeeper.licensing.filter_terms import LICENSE_TERMS

        register_license_terms(LICENSE_TERMS)

        from seatkeeper.licensing.ends import on_end
        from seatkeeper.licensing.services.merged import follow
        from seatkeeper.licensing.tasks import register_tasks

        register_tasks()
        on_end(follow)
