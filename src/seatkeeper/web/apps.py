from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "seatkeeper.web"
    label = "web"

    def ready(self) -> None:
        from seatkeeper.notices.models import MailKind
        from seatkeeper.notices.registered import register_letter
        from seatkeeper.reports.services.mail_saved import mail_still_stands
        from seatkeeper.web.report_letters import report_letter

        register_letter(MailKind.REPORT, report_letter, mail_still_stands)
