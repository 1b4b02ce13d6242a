"""Set the stage for browser tests, in a process of its own: `python -m tests.browser.stage`.

Makes the organization Acme with invented people, a year of history and a full admin, and prints
the admin's session as JSON. A browser test itself asks the database nothing through Django.
"""

import json
import os
import sys

import django

EMAIL = "kim@acme.example"
PASSWORD = "quite long enough"


def main(learners: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "seatkeeper.config.settings"
    django.setup()
    from django.contrib.auth import get_user_model, login
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    from seatkeeper.accounts.models import Account, Membership
    from seatkeeper.directory.services.organizations import create_organization
    from seatkeeper.kernel.clock import system_clock
    from seatkeeper.licensing.services import pools
    from seatkeeper.sample.history import live_a_year

    organization = create_organization(name="Acme", now=system_clock())
    pools.open_books(organization_id=organization.id)
    if learners:
        live_a_year(organization_id=organization.id, learners=learners, ends_at=system_clock(), progress=lambda *_: None)
    account = get_user_model().objects.create_user(EMAIL, PASSWORD, name="Kim Xu")
    assert isinstance(account, Account)
    Membership.objects.create(organization=organization, account=account, is_admin=True, is_full_admin=True)
    request = HttpRequest()
    request.session = SessionStore()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    login(request, account, backend="allauth.account.auth_backends.AuthenticationBackend")
    request.session.save()
    json.dump({"session": request.session.session_key}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
