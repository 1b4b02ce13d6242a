"""A real OpenID Connect provider in a thread of the test, and whom it knows."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

with warnings.catch_warnings():  # its libraries warn of their own plans
    warnings.simplefilter("ignore")
    import oidc_provider_mock

PEOPLE = {
    "kim": {"email": "Kim@corp.example", "email_verified": True},
    "unverified": {"email": "kim@corp.example", "email_verified": False},
    "silent": {"email": "kim@corp.example"},
    "ana": {
        "email": "ana@corp.example",
        "email_verified": True,
        "unique_user_id": "7",
        "given_name": "Ana",
        "family_name": "Xu",
    },
    "ana-by-id": {"unique_user_id": "7"},
    "ana-moved": {"email": "ana.xu@corp.example", "email_verified": True},
    "two": {"email": "bo@corp.example", "email_verified": True, "unique_user_id": "7"},
    "stranger": {"email": "stranger@corp.example", "email_verified": True},
}


@contextmanager
def provider() -> Iterator[str]:
    """Its address."""
    people = [oidc_provider_mock.User(sub=sub, claims=claims) for sub, claims in PEOPLE.items()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with oidc_provider_mock.run_server_in_thread(user_claims=people) as server:
            yield f"http://localhost:{server.server_port}"


def settings_for(url: str) -> dict[str, Any]:
    """As `config.settings` makes them of SEATKEEPER_OIDC_URL."""
    app = {
        "provider_id": "oidc",
        "name": "Corp",
        "client_id": "seatkeeper",
        "secret": "a secret",
        "settings": {"server_url": url, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}
