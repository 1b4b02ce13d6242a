"""Where allauth asks who somebody is: by a mailed code, or by the organization's sign-in."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import render

from seatkeeper.accounts.adapters import AccountAdapter
from seatkeeper.accounts.models import Account
from seatkeeper.accounts.services.learner_sign_in import connect_by_proof
from seatkeeper.arrivals.rules import VERIFIED, Refusal, identity_of
from seatkeeper.arrivals.services.first_sign_in import give_on_first_sign_in
from seatkeeper.arrivals.services.recognize import recognize
from seatkeeper.arrivals.wording import said_of
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.kernel.clock import system_clock


class ArrivalAccountAdapter(AccountAdapter):
    def login(self, request: HttpRequest, user: Account) -> None:
        """After the last step of a sign-in: who came by a mailed code has proved the address."""
        super().login(request, user)
        if any(record["method"] == "code" for record in get_authentication_records(request, user)):
            _welcome(request, user, connect_by_proof(account=user, by="code", now=system_clock()))


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Whoever is not recognized does not get in, and nothing is kept of them."""
        if sociallogin.state.get("process") != "login":
            raise ImmediateHttpResponse(_refused(request, Refusal.UNKNOWN))
        verified = [address.email for address in sociallogin.email_addresses if address.verified in VERIFIED]
        claims = _claims(sociallogin.account.extra_data)
        identity = identity_of(
            str(sociallogin.account.uid),
            claims,
            verified_email=verified[0] if verified else "",
            id_claim=settings.OIDC_USER_ID_CLAIM,
        )
        by_subject = sociallogin.user if sociallogin.is_existing else None
        found = recognize(identity, by_subject=by_subject, home=_home(), clock=system_clock)
        if isinstance(found, Refusal):
            raise ImmediateHttpResponse(_refused(request, found))
        sociallogin.user = found.account
        _remember(sociallogin.account.provider, identity.subject, found.account)
        new = [found.connected] if found.connected else []
        if identity.email == found.account.email:
            new += connect_by_proof(account=found.account, by="verified address", now=system_clock())
        _welcome(request, found.account, new)


def _welcome(request: HttpRequest, account: Account, new: list[Learner]) -> None:
    """Pools give what they give to who comes for the first time; the next page says so."""
    for learner in new:
        for given in give_on_first_sign_in(learner, actor=account.email, clock=system_clock):
            messages.info(request, said_of(given))


def _claims(extra_data: Any) -> dict[str, Any]:
    """What the provider answered last is in `userinfo`, else in `id_token`."""
    data = extra_data if isinstance(extra_data, dict) else {}
    found = data.get("userinfo") or data.get("id_token") or data
    return found if isinstance(found, dict) else {}


def _home() -> Organization | None:
    """The organization whose provider it is: the one named, else the only one there is."""
    organizations = Organization.objects.all()
    if settings.OIDC_ORGANIZATION:
        return organizations.filter(slug=settings.OIDC_ORGANIZATION).first()
    some = list(organizations[:2])
    return some[0] if len(some) == 1 else None


def _remember(provider: str, subject: str, account: Account) -> None:
    """Whose sign-in the subject is; nothing else that the provider said of them."""
    where = {"provider": provider, "uid": subject}
    SocialAccount.objects.update_or_create(**where, defaults={"user": account, "extra_data": {}})


def _refused(request: HttpRequest, why: Refusal) -> Any:
    return render(request, "socialaccount/refused.html", {"why": why.value}, status=403)
