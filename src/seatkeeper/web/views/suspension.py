"""Suspend a learner, as admins do it, and resume."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from seatkeeper.accounts.permissions import Permission
from seatkeeper.directory.models import Learner
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.services.suspend import resume_learner, suspend_learner
from seatkeeper.web.forms import PageForm
from seatkeeper.web.requests import AdminRequest, admin_required

BIGGEST_ID = (1 << 63) - 1
UNPROCESSABLE = 422
SUSPEND, RESUME = "suspend", "resume"


class ReasonForm(PageForm):
    """What is to be done, and why."""

    act = forms.ChoiceField(choices=((SUSPEND, SUSPEND), (RESUME, RESUME)), widget=forms.HiddenInput())
    reason = forms.CharField(
        label=gettext_lazy("Reason (optional)"),
        max_length=1_000,
        required=False,
        help_text=gettext_lazy("Kept in the audit log. Learners never see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_USERS)
def profile_suspension(request: AdminRequest, learner_id: int) -> HttpResponse:
    """Says first what it does, and what stays."""
    if learner_id > BIGGEST_ID:
        raise Http404
    learner = get_object_or_404(request.admin.reach(Permission.MANAGE_USERS).learners(), id=learner_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        facts = {"learner": learner, "form": form, "act": RESUME if learner.suspended_at else SUSPEND}
        return render(request, "web/profile_suspension.html", facts, status=UNPROCESSABLE if form.is_bound else 200)
    _carry_out(request, learner, form.cleaned_data)
    return redirect("profile", learner.id)


def _carry_out(request: AdminRequest, learner: Learner, data: dict[str, Any]) -> None:
    suspends = data["act"] == SUSPEND
    change = suspend_learner if suspends else resume_learner
    if not change(learner=learner, actor=request.admin.actor, now=system_clock(), reason=data["reason"].strip()):
        messages.info(request, _("Nothing was changed: it is so already."))
    elif suspends:
        messages.success(request, _("%(email)s is suspended. Licenses and seats stay.") % {"email": learner.email})
    else:
        messages.success(request, _("%(email)s is resumed, and has access as before.") % {"email": learner.email})


urls = [
    path("admin-center/users/<int:learner_id>/suspension/", profile_suspension, name="profile_suspension"),
]
