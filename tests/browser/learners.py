"""More of the stage, for pages about and of learners: `python -m tests.browser.learners`, where Acme is there already.

Somebody who is invited to one pool, waits for another and has content to open, and others who wait, ask and are to be
erased. Prints as JSON the learner's session and the address of each page by what it shows.
"""

import json
import os
import sys
from datetime import timedelta

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "seatkeeper.config.settings"
    django.setup()
    from django.contrib.auth import get_user_model, login
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    from seatkeeper.accounts.models import Membership
    from seatkeeper.accounts.services.tokens import make_token
    from seatkeeper.accounts.tokens import TokenScope
    from seatkeeper.directory.models import Learner, Organization
    from seatkeeper.erasing.services.ask import ask
    from seatkeeper.gate.services.content import add_content
    from seatkeeper.invitations.claim_links import Named, claim_path
    from seatkeeper.invitations.links import path_of
    from seatkeeper.invitations.models import Invitation, Joining
    from seatkeeper.invitations.services.join import ask_to_join, open_join_link
    from seatkeeper.invitations.services.requests import ask_for_license
    from seatkeeper.invitations.services.rounds import carry_on_rounds
    from seatkeeper.invitations.services.texts import save_text
    from seatkeeper.invitations.services.waitlist import join_waitlist
    from seatkeeper.kernel.clock import system_clock
    from seatkeeper.licensing.services.acts import plan_assign
    from seatkeeper.licensing.services.operations import Act, apply_operation
    from seatkeeper.licensing.services.pools import add_pool

    now, home = system_clock(), Organization.objects.get()
    by = {"organization_id": home.id, "actor": "kim@acme.example", "now": now}
    learners = list(Learner.objects.order_by("id")[:8])
    ana = learners[0]
    guests, full = (
        add_pool(organization_id=home.id, budget_group="Default", license_type=name, seats=seats, activation="invite")
        for name, seats in (("Guests", 5), ("Full", 0))
    )
    for pool in (guests, full):
        act = Act(home.id, "assign", "page", "kim@acme.example")
        chosen = Learner.objects.filter(id__in=[learner.id for learner in learners[:4]])
        apply_operation(
            plan_assign(chosen, pool=pool, act=act, clock=system_clock), clock=system_clock, actor="kim@acme.example"
        )
    carry_on_rounds(lambda: system_clock() + timedelta(seconds=1))
    for learner in learners[:4]:
        join_waitlist(organization_id=home.id, pool_id=full.id, learner_id=learner.id, now=now)
    for learner in learners[4:7]:
        who = {"pool_id": guests.id, "learner_id": learner.id}
        ask_for_license(organization_id=home.id, reason="For the course in May", now=now, **who)
    content = {"license_types": ["guests"], "title": "Guest lectures", "address": "/lectures"}
    lectures = add_content(**by, **content)  # type: ignore[arg-type]
    text = save_text(**by, text_id=None, name="Summer", subject="Come in", text="Hello {name}")  # type: ignore[arg-type]
    link = open_join_link(pool=guests, domains=["acme.example"], actor="kim@acme.example", now=now)
    ask_to_join(link, email="new@acme.example", now=now)
    make_token(organization_id=home.id, name="Portal", scopes=[TokenScope.ACCESS], actor="kim@acme.example", now=now)
    leaver = Learner.objects.filter(id=learners[7].id)
    deletion = ask(leaver, organization_id=home.id, actor="kim@acme.example", source="page", typed=1, now=now)
    account = get_user_model().objects.create_user(ana.email, "quite long enough")
    Membership.objects.create(organization=home, account=account, learner=ana)
    request = HttpRequest()
    request.session = SessionStore()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    login(request, account, backend="allauth.account.auth_backends.AuthenticationBackend")
    request.session.save()

    invited = Invitation.objects.filter(learner_id=ana.id, pool_id=guests.id).get()
    profile = f"/admin-center/users/{ana.id}"
    pages = {
        "waitlist": f"/admin-center/pools/{full.id}/waitlist/",
        "requests": "/admin-center/requests/",
        "waiting settings": "/admin-center/waitlist/",
        "texts": "/admin-center/invitation-texts/",
        "text": f"/admin-center/invitation-texts/{text.id}/",
        "new text": "/admin-center/invitation-texts/new/",
        "merge": f"{profile}/merge/?email={learners[1].email}",
        "deletions": "/admin-center/deletions/",
        "deletion": f"/admin-center/deletions/{deletion.id}/",
        "delete": f"/admin-center/users/deletion/?id={ana.id}",
        "content": "/admin-center/content/",
        "remove content": f"/admin-center/content/{lectures.id}/removal/",
        "tokens": "/admin-center/tokens/",
        "learning": "/learn/",
        "history": "/learn/history/",
        "licenses": "/learn/licenses/",
        "refused": "/learn/refused?address=/lectures/1",
        "invitation": path_of(invited.key),
        "no reminders": path_of(invited.key, "no_reminders"),
        "place": claim_path(Named(home.id, full.id, ana.id)),
        "ask": claim_path(Named(home.id, guests.id, learners[7].id)),
        "join": path_of(link.key, "join"),
        "confirm": path_of(Joining.objects.get().key, "join_confirm"),
        "sign-in": "/account/login/code/",
        "sessions": "/account/sessions/",
    }
    json.dump({"session": request.session.session_key, "pages": pages}, sys.stdout)


if __name__ == "__main__":
    main()
