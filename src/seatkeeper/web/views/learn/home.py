"""Where learners land."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.directory.models import Learner
from seatkeeper.licensing.history import licenses_of
from seatkeeper.web.requests import LearnerRequest, learner_required


@require_GET
@learner_required
def home(request: LearnerRequest) -> HttpResponse:
    """What the learner has now."""
    mine = get_object_or_404(Learner, organization_id=request.learner.organization_id, id=request.learner.learner_id)
    licenses = [license for license in licenses_of(mine) if license["status"] != "no license"]
    return render(request, "web/learn/home.html", {"learner": mine, "licenses": licenses})


urls = [path("learn/", home, name="learn_home")]
