from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "seatkeeper.accounts"
    label = "accounts"

    def ready(self) -> None:
        from seatkeeper.accounts import sign_in_log  # noqa: F401  connects what allauth tells
