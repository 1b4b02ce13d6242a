from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    name = "seatkeeper.invitations"
    label = "invitations"
