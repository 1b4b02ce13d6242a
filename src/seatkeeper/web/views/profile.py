"""Enterprise Profile: one person within the asker's reach; their licenses, groups and history."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from seatkeeper.accounts.models import Account
from seatkeeper.accounts.permissions import EVERYONE, Admin, Permission
from seatkeeper.accounts.queries import with_connection
from seatkeeper.directory.attributes import STANDARD, in_order
from seatkeeper.directory.models import Attribute, Group, GroupMember, Learner
from seatkeeper.directory.time_zones import time_zones
from seatkeeper.erasing.queries import deletion_awaiting
from seatkeeper.invitations.models import InvitationText
from seatkeeper.invitations.services.rounds import choose_invitation
from seatkeeper.invitations.services.texts import texts_of
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.changes import standing_undos
from seatkeeper.licensing.errors import BrakeHeld, LicensingError
from seatkeeper.licensing.history import history_of, licenses_of
from seatkeeper.licensing.models import License, LicensePool, Operation, Status
from seatkeeper.licensing.queries import pools_of
from seatkeeper.licensing.services.acts import plan_activate, plan_assign, plan_membership, plan_unassign
from seatkeeper.licensing.services.operations import Act, apply_operation
from seatkeeper.web.forms import PageForm
from seatkeeper.web.invitation_words import text_chosen
from seatkeeper.web.requests import AdminRequest, admin_required
from seatkeeper.web.usage_facts import usage_facts, usage_facts_in
from seatkeeper.web.wording import attribute_label, history_sentence, refusal

BIGGEST_ID = (1 << 63) - 1
CONFLICT, UNPROCESSABLE = 409, 422
LONGEST_REASON = 1_000
GROUPS_OFFERED = 500
TABS = {
    "groups": gettext_lazy("Groups"),
    "licenses": gettext_lazy("Licenses"),
    "activity": gettext_lazy("Activity"),
    "usage": gettext_lazy("Usage"),
}
STATUS_WORDS = {
    Status.ACTIVE: ("active", gettext_lazy("Active")),
    Status.INVITED: ("invited", gettext_lazy("Invited")),
    Status.UNASSIGNED: ("none", gettext_lazy("No license")),
}
IN_HEAD = ("preferred_first_name", "preferred_last_name", "work_title", "department_name")
KEEP, NO_LICENSE, ASSIGN, ACTIVATE = "keep", "none", "assign", "activate"
VERBS_BY_CHOICE = {NO_LICENSE: "unassign", ASSIGN: "assign", ACTIVATE: "activate"}


class LicenseForm(PageForm):
    """The status a license is to have, and why."""

    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        error_messages={"required": gettext_lazy("Choose a status."), "invalid_choice": gettext_lazy("Choose a status.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason (optional)"),
        max_length=LONGEST_REASON,
        required=False,
        help_text=gettext_lazy("Kept with the operation. Learners never see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, current: Status, data: Any = None) -> None:
        super().__init__(data)
        choices = [(KEEP, STATUS_WORDS[current][1])]
        if current == Status.INVITED:
            choices.append((ACTIVATE, STATUS_WORDS[Status.ACTIVE][1]))
        is_free = current == Status.UNASSIGNED
        choices.append((ASSIGN, gettext_lazy("Assign")) if is_free else (NO_LICENSE, gettext_lazy("No license")))
        self.fields["status"].choices = choices  # type: ignore[attr-defined]


@require_GET
@admin_required()
def profile(request: AdminRequest, learner_id: int) -> HttpResponse:
    """The head, what is known about the person, and one of four tabs."""
    if learner_id > BIGGEST_ID:
        raise Http404
    people = with_connection(request.admin.sees.learners().select_related("standing"))
    return _page(request, get_object_or_404(people, id=learner_id))


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_USERS)
def manage_license(request: AdminRequest, learner_id: int, pool_id: int) -> HttpResponse:
    """One license of one person. A pool that the person never had anything in may be named too."""
    learner = _learner(request.admin, Permission.MANAGE_USERS, learner_id)
    if pool_id > BIGGEST_ID:
        raise Http404
    pool = get_object_or_404(LicensePool, organization_id=learner.organization_id, id=pool_id)
    held = License.objects.filter(organization_id=learner.organization_id, learner_id=learner.id, pool_id=pool.id).first()
    current = Status(held.status) if held else Status.UNASSIGNED
    form = LicenseForm(current, request.POST if request.method == "POST" else None)
    fault = ""
    if request.method == "POST" and form.is_valid():
        try:
            return _license_saved(request, learner, pool, form.cleaned_data)
        except LicensingError as error:
            fault = refusal(error)
    facts = {
        "learner": learner,
        "name": _name(learner),
        "pool": pool,
        "current": STATUS_WORDS[current],
        "free": max(0, pool.seats_free),
        "form": form,
        "fault": fault,
        "texts": texts_of(learner.organization_id) if current == Status.UNASSIGNED else (),
        "text_id": own.id if (own := _text_chosen(request, learner)) else None,
    }
    status = CONFLICT if fault else UNPROCESSABLE if form.errors else 200
    return render(request, "web/manage_license.html", facts, status=status)


@require_POST
@admin_required(Permission.EDIT_GROUPS)
def profile_joins(request: AdminRequest, learner_id: int) -> HttpResponse:
    """The person joins a group."""
    return _membership(request, learner_id, joins=True)


@require_POST
@admin_required(Permission.EDIT_GROUPS)
def profile_leaves(request: AdminRequest, learner_id: int) -> HttpResponse:
    """The person leaves a group."""
    return _membership(request, learner_id, joins=False)


def _learner(admin: Admin, permission: Permission, learner_id: int) -> Learner:
    if learner_id > BIGGEST_ID:
        raise Http404
    return get_object_or_404(admin.reach(permission).learners(), id=learner_id)


def _name(learner: Learner) -> str:
    names = (learner.attributes.get("preferred_first_name"), learner.attributes.get("preferred_last_name"))
    return " ".join(name for name in names if name) or str(learner.email)


def _page(request: AdminRequest, learner: Learner) -> HttpResponse:
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "licenses"
    admin = request.admin
    standing = getattr(learner, "standing", None)
    custom = _custom_names(learner)
    facts: dict[str, Any] = {
        "learner": learner,
        "name": _name(learner),
        "status": STATUS_WORDS[Status(standing.status if standing else Status.UNASSIGNED)],
        "last_activity_on": standing.last_activity_on if standing else None,
        "info": _info(learner, custom),
        "tab": tab,
        "tabs": TABS.items(),
        "may_manage": _reaches(admin, Permission.MANAGE_USERS, learner),
        "may_merge": admin.may_for_everyone(Permission.MANAGE_USERS),
        "may_delete": admin.may_for_everyone(Permission.MANAGE_USERS),
        "deletion": deletion_awaiting(learner) if admin.may_for_everyone(Permission.MANAGE_USERS) else None,
    }
    match tab:
        case "groups":
            facts |= _groups(admin, learner)
        case "activity":
            facts["entries"] = list(_history(admin, learner, custom))
        case "usage":
            facts |= _usage(request, learner)
        case _:
            facts["licenses"] = _licenses(learner)
    return render(request, "web/profile.html", facts)


def _usage(request: AdminRequest, learner: Learner) -> dict[str, Any]:
    """On the days of the time zone that a report was read in, where one leads here."""
    home, chosen = request.admin.time_zone, request.GET.get("zone", "")
    if chosen in ("", home) or chosen not in time_zones():
        return usage_facts(learner, request.GET) | {"zone": home, "way": "tab=usage&"}
    way = urlencode({"tab": "usage", "zone": chosen}) + "&"
    return usage_facts_in(ZoneInfo(chosen), learner, request.GET) | {"zone": chosen, "home_zone": home, "way": way}


def _reaches(admin: Admin, permission: Permission, learner: Learner) -> bool:
    reach = admin.reach(permission)
    return reach.is_everyone or reach.learners().filter(id=learner.id).exists()


def _custom_names(learner: Learner) -> dict[str, str]:
    if not set(learner.attributes) - set(STANDARD):
        return {}
    return dict(Attribute.objects.filter(organization_id=learner.organization_id).values_list("key", "name"))


def _info(learner: Learner, custom: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is known about the person and is not in the head."""
    values = {"unique_user_id": learner.unique_user_id, **in_order(learner.attributes)}
    return [(attribute_label(key, custom), str(value)) for key, value in values.items() if value and key not in IN_HEAD]


def _licenses(learner: Learner) -> list[dict[str, Any]]:
    words = {status.label: status for status in (Status.ACTIVE, Status.INVITED)}
    pools = pools_of(learner.organization_id)
    found = []
    for entry in licenses_of(learner):
        if "operation" in entry and entry["pool"]:  # without one, the person never had a license there
            state, word = STATUS_WORDS[words.get(entry["status"], Status.UNASSIGNED)]
            found.append(entry | {"about": pools[entry["pool"]], "state": state, "word": word})
    names = _admin_names(learner.organization_id, (entry.get("actor", "") for entry in found))
    return [entry | {"who": names.get(entry.get("actor", "")) or entry.get("actor", "")} for entry in found]


def _groups(admin: Admin, learner: Learner) -> dict[str, Any]:
    edits = admin.reach(Permission.EDIT_GROUPS)
    may_edit = _reaches(admin, Permission.EDIT_GROUPS, learner)
    editable = set(edits.groups().values_list("id", flat=True)) if may_edit and not edits.is_everyone else set()
    memberships = GroupMember.objects.filter(organization_id=learner.organization_id, learner_id=learner.id)
    member_of = admin.sees.groups().filter(id__in=memberships.values("group_id")).order_by("key")
    rows = [(group, may_edit and (edits.is_everyone or group.id in editable)) for group in member_of]
    offered = edits.groups().exclude(id__in=memberships.values("group_id")).order_by("key")[:GROUPS_OFFERED] if may_edit else []
    return {"groups": rows, "offered": offered}


def _history(admin: Admin, learner: Learner, custom: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    sees = admin.sees
    pools = pools_of(learner.organization_id)
    entries = history_of(learner, pools={pool.id: key for key, pool in pools.items()})
    if not sees.is_everyone:
        seen = set(sees.groups().values_list("name", flat=True))
        entries = [entry for entry in entries if "group" not in entry or entry["group"] in seen]
    titles = {key: pool.title for key, pool in pools.items()}
    undone = standing_undos(learner.organization_id, {entry["operation"] for entry in entries})
    names = _admin_names(learner.organization_id, (entry["actor"] for entry in entries))
    sees_all = admin.is_full or EVERYONE in admin.grants.values()
    for entry in entries:
        yield {
            "sentence": history_sentence(entry | _readable(entry, titles), custom, names),
            "operation": entry["operation"] if sees_all or entry["actor"] == admin.actor else None,
            "undone_by": undone.get(entry["operation"]),
        }


def _readable(entry: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, str]:
    return {"pool": titles.get(entry["pool"], entry["pool"])} if "pool" in entry else {}


def _admin_names(organization_id: int, actors: Iterable[str]) -> dict[str, str]:
    accounts = Account.objects.filter(memberships__organization_id=organization_id, email__in={*actors})
    return dict(accounts.exclude(name="").values_list("email", "name"))


def _license_saved(request: AdminRequest, learner: Learner, pool: LicensePool, data: Mapping[str, Any]) -> HttpResponse:
    """Raises LicensingError."""
    back = redirect("profile", learner.id)
    people = request.admin.reach(Permission.MANAGE_USERS).learners().filter(id=learner.id)
    verb = VERBS_BY_CHOICE.get(data["status"])
    if verb is None:
        messages.info(request, _("Nothing was changed: the status stays as it is."))
        return back
    about, reason = f"{pool.title}: 1 selected", data["reason"].strip()
    act = Act(learner.organization_id, verb, "page", request.admin.actor, about=about, reason=reason)
    plan = {"unassign": plan_unassign, "activate": plan_activate, "assign": plan_assign}[verb]
    planned = plan(people, pool=pool, act=act, clock=system_clock)
    own = _text_chosen(request, learner) if verb == "assign" else None
    if own:
        named = {"organization_id": learner.organization_id, "operation_number": planned.number}
        choose_invitation(**named, actor=act.actor, now=system_clock(), text_id=own.id)
    words = {
        "unassigned": _("%(name)s has no license of %(pool)s any more."),
        "claims_ended": _("%(name)s does not wait for a license of %(pool)s any more."),
        "activated": _("%(name)s has an active license of %(pool)s."),
        "invited": _("%(name)s is invited to %(pool)s."),
    }
    return _apply(request, planned, words, {"name": _name(learner), "pool": pool.title}) or back


def _text_chosen(request: AdminRequest, learner: Learner) -> InvitationText | None:
    return text_chosen(learner.organization_id, request.POST.get("invitation_text", ""))


def _membership(request: AdminRequest, learner_id: int, *, joins: bool) -> HttpResponse:
    admin = request.admin
    learner = _learner(admin, Permission.EDIT_GROUPS, learner_id)
    wanted = request.POST.get("group", "")
    is_id = wanted.isascii() and wanted.isdecimal() and len(wanted) < 19
    if not wanted and joins:
        messages.warning(request, _("Choose a group first. Nothing was changed."))
        return redirect(f"{reverse('profile', args=[learner.id])}?tab=groups")
    group: Group = get_object_or_404(admin.reach(Permission.EDIT_GROUPS).groups(), id=int(wanted) if is_id else 0)
    people = admin.reach(Permission.EDIT_GROUPS).learners().filter(id=learner.id)
    verb = "join" if joins else "leave"
    act = Act(admin.organization_id, verb, "page", admin.actor, about=f"{group.name}: 1 selected")
    words = {"joined": _("%(name)s joined %(group)s."), "left": _("%(name)s left %(group)s.")}
    planned = plan_membership(people, group=group, joins=joins, act=act, clock=system_clock)
    answer = _apply(request, planned, words, {"name": _name(learner), "group": group.name})
    if answer is None and not _reaches(admin, Permission.EDIT_GROUPS, learner):
        return redirect("users")  # who left the only group that the admin sees is not seen any more
    return answer or redirect(f"{reverse('profile', args=[learner.id])}?tab=groups")


def _apply(request: AdminRequest, planned: Operation, words: Mapping[str, str], names: dict[str, str]) -> HttpResponse | None:
    """Apply it and say so; the answer, where it leads elsewhere. Raises LicensingError."""
    try:
        done = apply_operation(planned, clock=system_clock, actor=request.admin.actor)
    except BrakeHeld as error:
        messages.warning(request, refusal(error))
        return redirect("operation", planned.number)
    said = next((text for count, text in words.items() if done.counts.get(count)), "")
    if said:
        address = reverse("operation_reversals", args=[done.number])
        messages.success(request, said % names, extra_tags=f"undo:{address}")
    elif done.counts.get("skipped"):
        messages.warning(request, _("Nothing was changed. The operation says why."))
        return redirect("operation", done.number)
    else:
        messages.info(request, _("Nothing was changed: it is so already."))
    return None


urls = [
    path("admin-center/users/<int:learner_id>/", profile, name="profile"),
    path("admin-center/users/<int:learner_id>/licenses/<int:pool_id>/", manage_license, name="manage_license"),
    path("admin-center/users/<int:learner_id>/memberships/", profile_joins, name="profile_joins"),
    path("admin-center/users/<int:learner_id>/departures/", profile_leaves, name="profile_leaves"),
]
