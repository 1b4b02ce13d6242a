"""Merge another profile of the same person into this one: looked at first, undone like any operation."""

import hashlib
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from seatkeeper.accounts.permissions import Permission
from seatkeeper.directory.errors import UnknownLearner
from seatkeeper.directory.models import Learner
from seatkeeper.directory.queries import learner_by_email
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.errors import LicensingError, SamePerson
from seatkeeper.licensing.models import Status
from seatkeeper.licensing.services.merge import Outlook, outlook_of, plan_merge
from seatkeeper.licensing.services.operations import Act, apply_operation
from seatkeeper.web.forms import PageForm
from seatkeeper.web.requests import AdminRequest, admin_required
from seatkeeper.web.wording import attribute_label, refusal

BIGGEST_ID = (1 << 63) - 1
CONFLICT, UNPROCESSABLE = 409, 422
WORDS = {
    Status.ACTIVE: ("active", gettext_lazy("Active")),
    Status.INVITED: ("invited", gettext_lazy("Invited")),
    Status.UNASSIGNED: ("none", gettext_lazy("No license")),
}


class OtherForm(PageForm):
    """Which profile goes."""

    email = forms.CharField(
        label=gettext_lazy("E-mail address of the profile that goes"),
        max_length=320,
        error_messages={"required": gettext_lazy("Write an e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason (optional)"),
        max_length=1_000,
        required=False,
        help_text=gettext_lazy("Kept with the operation. Learners never see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_USERS, for_everyone=True)
def profile_merge(request: AdminRequest, learner_id: int) -> HttpResponse:
    """Asks which profile, shows what will happen, and merges what was shown and nothing else."""
    if learner_id > BIGGEST_ID:
        raise Http404
    staying = get_object_or_404(Learner, organization_id=request.admin.organization_id, id=learner_id)
    asked = request.POST if request.method == "POST" else request.GET if "email" in request.GET else None
    form = OtherForm(asked)
    if asked is None or not form.is_valid():
        return _page(request, staying, form)
    try:
        leaving = learner_by_email(staying.organization_id, form.cleaned_data["email"])
        outlook = outlook_of(leaving=leaving, staying=staying)
        shown = asked.get("shown", "")
        if request.method == "POST" and shown == _figures(outlook):
            return _merged(request, outlook, form.cleaned_data["reason"].strip())
    except UnknownLearner:
        form.add_error("email", _("Nobody has this address."))
    except SamePerson:
        form.add_error("email", _("This is the profile that stays. Write the address of the other one."))
    except LicensingError as error:
        form.add_error(None, refusal(error))
    else:
        return _page(request, staying, form, outlook, has_changed=bool(shown))
    return _page(request, staying, form)


def _merged(request: AdminRequest, outlook: Outlook, reason: str) -> HttpResponse:
    """Raises LicensingError."""
    names = {"goes": outlook.leaving.email, "stays": outlook.staying.email}
    about = _("%(goes)s into %(stays)s") % names
    act = Act(outlook.staying.organization_id, "merge", "page", request.admin.actor, about=about, reason=reason)
    planned = plan_merge(outlook, act=act, clock=system_clock)
    done = apply_operation(planned, clock=system_clock, actor=request.admin.actor)
    if done.counts.get("skipped"):
        messages.warning(request, _("Something changed meanwhile. The operation says what was left out."))
        return redirect("operation", done.number)
    address = reverse("operation_reversals", args=[done.number])
    messages.success(request, _("%(goes)s is merged into %(stays)s.") % names, extra_tags=f"undo:{address}")
    return redirect("profile", outlook.staying.id)


def _page(
    request: AdminRequest, staying: Learner, form: OtherForm, outlook: Outlook | None = None, *, has_changed: bool = False
) -> HttpResponse:
    facts: dict[str, Any] = {"learner": staying, "form": form, "outlook": outlook, "has_changed": has_changed}
    if outlook:
        facts["shown"] = _figures(outlook)
        facts["values"] = [(attribute_label(key, {}), value) for key, value in outlook.values.items()]
        facts["licenses"] = [
            (
                pool.pool.title,
                *(WORDS[Status(one.status)] for one in (pool.leaving, pool.staying, pool.after)),
                pool.frees_a_seat,
            )
            for pool in outlook.pools
        ]
    status = CONFLICT if has_changed else UNPROCESSABLE if form.errors else 200
    return render(request, "web/profile_merge.html", facts, status=status)


def _figures(outlook: Outlook) -> str:
    """What was shown, in short: if it is another by then, it is shown anew."""
    licenses = [(pool.pool.id, pool.leaving.operation_id, pool.staying.operation_id) for pool in outlook.pools]
    seen = (
        outlook.leaving.id,
        licenses,
        [group.id for group in outlook.groups],
        sorted(outlook.values.items()),
        outlook.moved_id,
        outlook.lost_id,
    )
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


urls = [path("admin-center/users/<int:learner_id>/merge/", profile_merge, name="profile_merge")]
