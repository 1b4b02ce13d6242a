from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    name = "seatkeeper.invitations"
    label = "invitations"

    def ready(self) -> None:
        from seatkeeper.invitations.claim_letters import claim_letter, joining_letter
        from seatkeeper.invitations.claim_letters import still_stands as claim_stands
        from seatkeeper.invitations.letters import invitation_letter, may_remind, reminder_letter, still_stands
        from seatkeeper.invitations.services.expire import heed_undo
        from seatkeeper.invitations.services.rounds import carry_on_rounds, heed_end
        from seatkeeper.invitations.tasks import register_tasks
        from seatkeeper.licensing.ends import on_end
        from seatkeeper.notices.models import MailKind
        from seatkeeper.notices.registered import before_sending, register_letter

        register_tasks()
        register_letter(MailKind.INVITATION, invitation_letter, still_stands)
        register_letter(MailKind.REMINDER, reminder_letter, may_remind)
        register_letter(MailKind.JOINING, joining_letter)
        register_letter(MailKind.CLAIM, claim_letter, claim_stands)
        before_sending(carry_on_rounds)
        on_end(heed_end)
        on_end(heed_undo)
