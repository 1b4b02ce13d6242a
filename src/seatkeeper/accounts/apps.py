from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "seatkeeper.accounts"
    label = "accounts"
