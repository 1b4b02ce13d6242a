"""How allauth's sign-in behaves here: nobody signs up; admins and learners are known before they sign in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render

from seatkeeper.accounts.models import Account
from seatkeeper.accounts.queries import admin_account
from seatkeeper.accounts.services.addresses import mark_verified
from seatkeeper.accounts.services.learner_sign_in import connect_by_proof
from seatkeeper.kernel.clock import system_clock

VERIFIED = (True, "true")  # some providers send the word


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Not where no mail leaves: the page says so, and a link that waits would be too old."""
        if settings.EMAIL_HOST:
            super().send_mail(template_prefix, email, context)

    def login(self, request: HttpRequest, user: Account) -> None:
        """After every step of a sign-in: who came by a mailed code has proved the address."""
        super().login(request, user)
        if any(record["method"] == "code" for record in get_authentication_records(request, user)):
            connect_by_proof(account=user, by="code", now=system_clock())


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Whose verified address is an admin's is that admin. Nobody else gets in, and nothing is kept of them."""
        verified = [address.email for address in sociallogin.email_addresses if address.verified in VERIFIED]
        account = admin_account(verified[0]) if verified else None
        if account is None or sociallogin.state.get("process") != "login":
            raise ImmediateHttpResponse(render(request, "socialaccount/refused.html", status=403))
        mark_verified(account)
        sociallogin.user = account
