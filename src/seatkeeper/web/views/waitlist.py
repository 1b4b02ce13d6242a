"""Who asks for a license, and who waits for one. People beyond the admin's reach are not shown."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from seatkeeper.accounts.permissions import Admin, Permission
from seatkeeper.directory.models import Learner
from seatkeeper.directory.reach import Reach
from seatkeeper.invitations.claims import standing_claims
from seatkeeper.invitations.errors import NoSuchClaim
from seatkeeper.invitations.services.requests import Approved, approve_requests, decline_requests, requests_within
from seatkeeper.invitations.services.waitlist import offer_now, remove_claim
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Claim, ClaimKind, LicensePool
from seatkeeper.licensing.queries import pools_of
from seatkeeper.web.numbers import number
from seatkeeper.web.requests import AdminRequest, admin_required

PER_PAGE = 50
MOST_CHOSEN = 500
LONGEST_WORD = 1_000
PAGE = "source"


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_USERS)
def license_requests(request: AdminRequest) -> HttpResponse:
    """The list; a POST answers those chosen, or all."""
    found = requests_within(request.admin.reach(Permission.MANAGE_USERS))
    if request.method == "POST":
        chosen = found if "all" in request.POST else _chosen(found, request.POST.getlist("claim"))
        if chosen.exists():
            messages.success(request, _answered(request, chosen))
            return redirect("license_requests")
        messages.warning(request, _("Choose at least one request. It may have been answered meanwhile."))
    page = Paginator(found.order_by("since", "number"), PER_PAGE).get_page(request.GET.get("page"))
    pools = {pool.id: pool.title for pool in pools_of(request.admin.organization_id).values()}
    rows = _with_people(request.admin, list(page), pools)
    facts = {"page": page, "rows": rows, "count": page.paginator.count, "most": LONGEST_WORD}
    return render(request, "web/requests.html", facts, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_USERS)
def pool_waitlist(request: AdminRequest, pool_id: int) -> HttpResponse:
    """Offers first, then who waits; a POST removes somebody, or offers what is free."""
    admin = request.admin
    pool = get_object_or_404(LicensePool, organization_id=admin.organization_id, id=pool_id)
    reach = admin.reach(Permission.MANAGE_USERS)
    if request.method == "POST":
        _change(request, pool, reach)
        return redirect("pool_waitlist", pool.id)
    claims = standing_claims(admin.organization_id, pool.id).exclude(kind=ClaimKind.REQUEST)
    page = Paginator(_within(claims, reach).order_by("kind", "number"), PER_PAGE).get_page(request.GET.get("page"))
    facts = {
        "pool": pool,
        "page": page,
        "rows": _with_people(admin, list(page), {}),
        "waiting": claims.filter(kind=ClaimKind.WAITING).count(),
        "free": max(0, pool.seats_free),
        "may_offer": admin.may_for_everyone(Permission.MANAGE_USERS),
    }
    return render(request, "web/waitlist.html", facts)


def _answered(request: AdminRequest, chosen: QuerySet[Claim]) -> str:
    actor = request.admin.actor
    if request.POST.get("act") == "decline":
        count = decline_requests(
            chosen, actor=actor, now=system_clock(), text=request.POST.get("text", "").strip()[:LONGEST_WORD]
        )
        words = ngettext("%(n)s request is declined.", "%(n)s requests are declined.", count)
        return words % {"n": number(count)}
    return _approved(approve_requests(chosen, actor=actor, source="page", clock=system_clock))


def _approved(done: Approved) -> str:
    words = ngettext("%(n)s license is active now.", "%(n)s licenses are active now.", done.active)
    said = [words % {"n": number(done.active)}] if done.active or not done.waiting else []
    if done.waiting:
        words = ngettext("%(n)s learner waits for a seat.", "%(n)s learners wait for a seat.", done.waiting)
        said.append(words % {"n": number(done.waiting)})
    return " ".join(said)


def _change(request: AdminRequest, pool: LicensePool, reach: Reach) -> None:
    who: dict[str, Any] = {"organization_id": pool.organization_id, "pool_id": pool.id}
    by: dict[str, Any] = {"actor": request.admin.actor, "now": system_clock()}
    if "learner" not in request.POST:
        if not request.admin.may_for_everyone(Permission.MANAGE_USERS):
            raise Http404
        count = offer_now(**who, **by)
        words = ngettext("%(n)s seat is offered.", "%(n)s seats are offered.", count)
        messages.success(request, words % {"n": number(count)})
        return
    learner = get_object_or_404(reach.learners(), id=_number(request.POST["learner"]))
    try:
        remove_claim(**who, **by, learner_id=learner.id)
    except NoSuchClaim:
        messages.warning(request, _("It stands otherwise by now. Nothing was changed."))
    else:
        messages.success(request, _("%(email)s does not wait any more.") % {"email": learner.email})


def _chosen(found: QuerySet[Claim], values: list[str]) -> QuerySet[Claim]:
    """`claim` is the pool and the learner, with a point between."""
    pairs = [value.split(".") for value in values[:MOST_CHOSEN]]
    learners = {int(pair[1]) for pair in pairs if len(pair) == 2 and all(part.isdecimal() and len(part) < 19 for part in pair)}
    wanted = set(values[:MOST_CHOSEN])
    rows = found.filter(learner_id__in=learners).values_list("pk", "pool_id", "learner_id")
    return found.filter(pk__in=[pk for pk, pool, learner in rows if f"{pool}.{learner}" in wanted])


def _with_people(admin: Admin, claims: list[Claim], pools: dict[int, str]) -> list[tuple[Claim, Learner, str]]:
    where = {"organization_id": admin.organization_id, "id__in": {claim.learner_id for claim in claims}}
    people = {learner.id: learner for learner in Learner.objects.filter(**where)}
    return [(claim, people[claim.learner_id], pools.get(claim.pool_id, "")) for claim in claims if claim.learner_id in people]


def _within(claims: QuerySet[Claim], reach: Reach) -> QuerySet[Claim]:
    return claims if reach.is_everyone else claims.filter(learner_id__in=reach.learners().values("id"))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Http404
    return int(text)


urls = [
    path("admin-center/requests/", license_requests, name="license_requests"),
    path("admin-center/pools/<int:pool_id>/waitlist/", pool_waitlist, name="pool_waitlist"),
]
