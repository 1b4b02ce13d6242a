"""Invitations of people chosen: mail them again, remind, or withdraw."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from seatkeeper.accounts.permissions import Permission
from seatkeeper.directory.errors import FilterRefused
from seatkeeper.invitations.models import MailRound, RoundKind
from seatkeeper.invitations.queries import rules_of
from seatkeeper.invitations.services.rounds import carry_on_round, mail_again
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.errors import BrakeHeld, LicensingError
from seatkeeper.licensing.models import License, Status
from seatkeeper.licensing.services.acts import plan_withdraw
from seatkeeper.licensing.services.hand_over import How, leave_act
from seatkeeper.licensing.services.operations import Act, apply_operation
from seatkeeper.notices.queries import is_confirmed
from seatkeeper.web.numbers import number
from seatkeeper.web.requests import AdminRequest, admin_required
from seatkeeper.web.selecting import FILTER, Selected

WITHDRAW = "withdraw"
REFUSED = 422


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_USERS)
def manage_invitations(request: AdminRequest) -> HttpResponse:
    """Of whoever is invited among them; others are left alone."""
    selected = Selected.parse(request.POST if request.method == "POST" else request.GET)
    reach = request.admin.reach(Permission.MANAGE_USERS)
    try:
        people = selected.learners(reach, today=system_clock().date())
    except FilterRefused:
        return _page(request, selected, 0, 0, _("The filter is not understood. Correct it on the Users page first."))
    invited = Q(organization_id=reach.organization_id, status=Status.INVITED, learner_id__in=people.order_by().values("id"))
    found = License.objects.filter(invited).aggregate(licenses=Count("*"), people=Count("learner_id", distinct=True))
    if request.method != "POST":
        return _page(request, selected, found["licenses"], found["people"])
    if not found["licenses"]:
        return _page(request, selected, 0, 0, _("Nobody of them is invited. Nothing was changed."))
    what = request.POST.get("what", "")
    if what == WITHDRAW:
        return _withdraw(request, selected, found["people"])
    if what not in (RoundKind.RESEND, RoundKind.REMIND):
        return _page(request, selected, found["licenses"], found["people"], _("Choose what to do first."))
    return _mail(request, selected, RoundKind(what), found["licenses"])


def _mail(request: AdminRequest, selected: Selected, kind: RoundKind, licenses: int) -> HttpResponse:
    now = system_clock()
    people = selected.as_json(request.admin.reach(Permission.MANAGE_USERS), today=now.date())
    admin = request.admin
    round_ = mail_again(kind, organization_id=admin.organization_id, people=people, actor=admin.actor, now=now)
    if licenses > settings.IN_REQUEST_PEOPLE:
        messages.success(request, _("The mails are being queued in the background."))
    else:
        _say(request, carry_on_round(round_, clock=system_clock))
    return redirect(_back(selected))


def _say(request: AdminRequest, round_: MailRound) -> None:
    words = ngettext("%(shown)s mail is on its way.", "%(shown)s mails are on their way.", round_.queued)
    messages.success(request, words % {"shown": number(round_.queued)})
    if round_.suspended:
        words = ngettext(
            "%(shown)s reminder was left out, as the learner is suspended. The invitation stays.",
            "%(shown)s reminders were left out, as the learners are suspended. The invitations stay.",
            round_.suspended,
        )
        messages.info(request, words % {"shown": number(round_.suspended)})


def _withdraw(request: AdminRequest, selected: Selected, people: int) -> HttpResponse:
    admin, now = request.admin, system_clock()
    reach = admin.reach(Permission.MANAGE_USERS)
    act = Act(admin.organization_id, WITHDRAW, "page", admin.actor, about=selected.describe())
    if people > settings.IN_REQUEST_PEOPLE:
        operation = leave_act(act, How(WITHDRAW, selected.as_json(reach, today=now.date()), {}), now=now)
        return redirect("operation", operation.number)
    learners = selected.learners(reach, today=now.date())
    plan = plan_withdraw(learners, pool=None, act=act, clock=system_clock)
    try:
        done = apply_operation(plan, clock=system_clock, actor=admin.actor)
    except BrakeHeld:
        return redirect("operation", plan.number)
    except LicensingError:
        messages.warning(request, _("Somebody else is at work on this operation. Its page says how far it is."))
        return redirect("operation", plan.number)
    count = done.counts["unassigned"]
    words = ngettext("%(shown)s invitation is withdrawn.", "%(shown)s invitations are withdrawn.", count)
    undo = f"undo:{reverse('operation_reversals', args=[done.number])}"
    messages.success(request, words % {"shown": number(count)}, extra_tags=undo)
    return redirect(_back(selected))


def _back(selected: Selected) -> str:
    if not selected.is_all and len(selected.ids) == 1:
        return reverse("profile", args=selected.ids)
    return reverse("users", query={FILTER: selected.filter} if selected.filter else None)


def _page(request: AdminRequest, selected: Selected, licenses: int, people: int, problem: str = "") -> HttpResponse:
    rules = rules_of(request.admin.organization_id)
    fields = selected.fields() if selected.is_all else [(FILTER, selected.filter), *selected.fields()]
    facts = {
        "licenses": licenses,
        "people": people,
        "problem": problem,
        "fields": fields,
        "rules": rules,
        "next": _back(selected),
        "mail_waits": not is_confirmed(request.admin.organization_id),
    }
    return render(request, "web/manage_invitations.html", facts, status=REFUSED if problem else 200)


urls = [path("admin-center/invitations/", manage_invitations, name="manage_invitations")]
