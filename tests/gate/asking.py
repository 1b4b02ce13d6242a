"""Ask the gate as a web server does."""

from typing import Any

from django.test import Client

from seatkeeper.accounts.models import Account
from seatkeeper.directory.models import Learner, Organization
from tests import factories


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get("/")
    return client


def ask(client: Client, uri: str = "/courses/python/1.html", *, query: str = "", **headers: str) -> tuple[int, str]:
    """Status and reason."""
    answer = answer_of(client, uri, query=query, **headers)
    return answer.status_code, answer["X-Seatkeeper-Reason"]


def answer_of(client: Client, uri: str = "/courses/python/1.html", *, query: str = "", **headers: str) -> Any:
    sent = {"X-Original-URI": uri} | {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(f"/gate/check{query}", headers=sent)


def set_license(of: Organization, learner: Learner, status: str, *, column: str = "license_learning_status") -> None:
    """active or inactive: as the file of all users says it."""
    factories.import_csv(of, f"invited_email_address,{column}\n{learner.email},{status}\n")
