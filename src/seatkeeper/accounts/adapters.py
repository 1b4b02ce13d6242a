"""How allauth's sign-in behaves here: nobody signs up; admins and learners are known before they sign in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Not where no mail leaves: the page says so, and a link that waits would be too old."""
        if settings.EMAIL_HOST:
            super().send_mail(template_prefix, email, context)
