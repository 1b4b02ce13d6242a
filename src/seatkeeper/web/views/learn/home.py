"""Where learners land: their licenses, what they may open, their history, and all that is kept of them."""

from itertools import chain

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.directory.models import Learner
from seatkeeper.gate.catalogue import contents_open_to
from seatkeeper.invitations.claim_links import claim_path
from seatkeeper.invitations.standing import State, standings_of
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.queries import pool_titles
from seatkeeper.web.own_data import CSV_COLUMNS, acts, csv_rows, json_parts, license_history, own_data
from seatkeeper.web.requests import LearnerRequest, learner_required
from seatkeeper.web.sending import csv_lines, csv_response, json_response
from seatkeeper.web.usage_facts import usage_facts

PER_PAGE = 50


@require_GET
@learner_required
def home(request: LearnerRequest) -> HttpResponse:
    """What the learner has, waits for and had, and what it opens."""
    mine = _learner(request)
    contents = Paginator(contents_open_to(mine), PER_PAGE).get_page(request.GET.get("page"))
    standings = standings_of(organization_id=mine.organization_id, learner_id=mine.id, now=system_clock())
    own = [(one, claim_path(one.named)) for one in standings if one.state != State.NONE]
    facts = {"standings": own, "contents": contents, "suspended_at": mine.suspended_at}
    return render(request, "web/learn/home.html", facts)


@require_GET
@learner_required
def history(request: LearnerRequest) -> HttpResponse:
    """What they did and how their licenses came and went: it stays, whatever they have now."""
    mine = _learner(request)
    titles = pool_titles(mine.organization_id)
    facts = {"changes": license_history(mine, titles)}
    return render(request, "web/learn/history.html", usage_facts(mine, request.GET) | facts)


@require_GET
@learner_required
def download(request: LearnerRequest) -> HttpResponse:
    """All that is kept of the learner, as a file."""
    kind = request.GET.get("format", "json")
    if kind not in ("json", "csv"):
        raise Http404
    mine = _learner(request)
    data = own_data(mine, account_id=request.learner.account_id)
    did = acts(mine.organization_id, data["sign_ins"]["account"]["email"])
    if kind == "csv":
        return csv_response(csv_lines(chain([CSV_COLUMNS], csv_rows(data, did))), "my-data.csv")
    return json_response(json_parts(data, did), "my-data.json")


def _learner(request: LearnerRequest) -> Learner:
    return get_object_or_404(Learner, organization_id=request.learner.organization_id, id=request.learner.learner_id)


urls = [
    path("learn/", home, name="learn_home"),
    path("learn/history/", history, name="learn_history"),
    path("learn/my-data/", download, name="learn_data"),
]
