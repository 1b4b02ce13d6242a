"""A learner's place in a waitlist, an offer, a request: by a link in a mail, or signed in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from seatkeeper.invitations.claim_links import claim_path, named_in
from seatkeeper.invitations.errors import ClaimError, HasLicense, LicenseEnded, NoSuchClaim, OfferLapsed, PoolIsOver
from seatkeeper.invitations.services.links import Way, way_for
from seatkeeper.invitations.services.requests import LONGEST_REASON, ask_for_license
from seatkeeper.invitations.services.take_seat import LEARNER, Taken, accept_offer, take_or_wait
from seatkeeper.invitations.services.waitlist import leave_waitlist
from seatkeeper.invitations.standing import Standing, standing_of, standings_of
from seatkeeper.kernel.clock import system_clock
from seatkeeper.web.requests import LearnerRequest, learner_required


@require_GET
@learner_required
def licenses(request: LearnerRequest) -> HttpResponse:
    """Each license that the organization has, and how the learner stands with it."""
    who = {"organization_id": request.learner.organization_id, "learner_id": request.learner.learner_id}
    standings = [(standing, claim_path(standing.named)) for standing in standings_of(**who, now=system_clock())]
    suspended_at = standings[0][0].suspended_at if standings else None
    return render(
        request, "web/learn/licenses.html", {"standings": standings, "place": "licenses", "suspended_at": suspended_at}
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def license(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing, as mail scanners open links, too; a button does."""
    named = named_in(token)
    standing = standing_of(named, now=system_clock()) if named else None
    if standing is None:
        return render(request, "web/learn/license.html", {"standing": None}, status=404)
    if request.method != "POST":
        return _page(request, standing)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        return _page(request, standing, status=422)
    if act is _activate and way_for(standing.named, request.user.pk) is not Way.FREE:
        return _page(request, standing, status=403)
    try:
        messages.success(request, act(request, standing))
    except (HasLicense, NoSuchClaim, OfferLapsed, LicenseEnded):
        messages.warning(request, _("It stands otherwise by now. Nothing was changed."))
    except PoolIsOver:
        messages.warning(request, _("There are fewer seats at this moment. Nothing was changed: try again later."))
    except ClaimError:
        return _page(request, standing, status=422)
    return redirect("learn_license", token)


def _page(request: HttpRequest, standing: Standing, status: int = 200) -> HttpResponse:
    way = way_for(standing.named, request.user.pk)
    facts = {"standing": standing, "state": standing.state.value, "way": way.value, "most": LONGEST_REASON}
    return render(request, "web/learn/license.html", facts, status=status)


def _activate(request: HttpRequest, standing: Standing) -> str:
    """An offer, or an invitation."""
    who = _who(standing) | {"actor": LEARNER, "clock": system_clock}
    done = accept_offer(**who) if standing.place else take_or_wait(**who, by_invitation=True)
    return (
        _("Your license is active.") if isinstance(done, Taken) else _("All seats are taken. You have a place in the waitlist.")
    )


def _leave(request: HttpRequest, standing: Standing) -> str:
    leave_waitlist(**_who(standing), now=system_clock())
    return _("Done. You do not wait for a license any more.")


def _ask(request: HttpRequest, standing: Standing) -> str:
    ask_for_license(**_who(standing), reason=request.POST.get("reason", ""), now=system_clock())
    return _("You have asked. You get a mail when an admin has answered.")


def _who(standing: Standing) -> dict[str, Any]:
    named = standing.named
    return {"organization_id": named.organization_id, "pool_id": named.pool_id, "learner_id": named.learner_id}


ACTS = {"activate": _activate, "leave": _leave, "ask": _ask}

urls = [
    path("learn/licenses/", licenses, name="learn_licenses"),
    path("learn/licenses/<str:token>/", license, name="learn_license"),
]
