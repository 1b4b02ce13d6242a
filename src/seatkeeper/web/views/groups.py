"""Groups: who edits groups sees those within reach, and no others."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from seatkeeper.accounts.errors import GroupInUse
from seatkeeper.accounts.permissions import Admin, Permission
from seatkeeper.accounts.services.groups import admins_bound_to, create_group, delete_group, rename_group
from seatkeeper.directory.errors import FilterRefused, GroupExists
from seatkeeper.directory.models import Group, GroupMember, Learner
from seatkeeper.directory.queries import with_sizes
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.errors import NothingSelected
from seatkeeper.licensing.models import Operation
from seatkeeper.licensing.services.acts import plan_membership
from seatkeeper.licensing.services.hand_over import how_of_membership, leave_act
from seatkeeper.licensing.services.operations import Act, apply_operation
from seatkeeper.web.forms import PageForm, name_field
from seatkeeper.web.numbers import number
from seatkeeper.web.requests import AdminRequest, admin_required
from seatkeeper.web.selecting import Selected

GROUPS_A_PAGE = 50
MEMBERS_A_PAGE = 50
COUNTED_TO = 10_000  # beyond: "10,000+"
BIGGEST_ID = (1 << 63) - 1


class GroupForm(PageForm):
    name = name_field(gettext_lazy("Name of the group"))


@require_http_methods(["GET", "POST"])
@admin_required(Permission.EDIT_GROUPS)
def groups(request: AdminRequest) -> HttpResponse:
    """The list; a POST makes a group."""
    form = GroupForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not _may_create(request.admin):
            raise Http404
        if form.is_valid() and (made := _created(request, form)):
            messages.success(request, _("Group %(name)s is made. Now add its first members.") % {"name": made.name})
            return redirect("group", made.id)
    found = request.admin.reach(Permission.EDIT_GROUPS).groups().order_by("key")
    page = Paginator(found, GROUPS_A_PAGE).get_page(request.GET.get("page"))
    rows = with_sizes(Group.objects.filter(id__in=[group.id for group in page]), at_most=COUNTED_TO + 1)
    facts = {"form": form, "page": page, "rows": rows, "counted_to": COUNTED_TO, "may_create": _may_create(request.admin)}
    return render(request, "web/groups.html", facts, status=422 if form.errors else 200)


@require_http_methods(["GET"])
@admin_required(Permission.EDIT_GROUPS)
def group(request: AdminRequest, group_id: int) -> HttpResponse:
    return _group_page(request, _group(request.admin, group_id))


@require_http_methods(["GET", "POST"])
@admin_required(Permission.EDIT_GROUPS)
def group_rename(request: AdminRequest, group_id: int) -> HttpResponse:
    this = _group(request.admin, group_id)
    form = GroupForm(request.POST if request.method == "POST" else None, initial={"name": this.name})
    if request.method == "POST" and form.is_valid():
        try:
            rename_group(group=this, name=form.cleaned_data["name"], actor=request.admin.actor, now=system_clock())
        except GroupExists:
            form.add_error("name", _there_already())
        else:
            messages.success(request, _("The group is now called %(name)s.") % {"name": this.name})
            return redirect("group", this.id)
    return render(request, "web/group_rename.html", {"form": form, "group": this}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@admin_required(Permission.EDIT_GROUPS)
def group_delete(request: AdminRequest, group_id: int) -> HttpResponse:
    """Says the consequence first; refused while an admin depends on the group."""
    this = _group(request.admin, group_id)
    refused = False
    if request.method == "POST":
        try:
            left = delete_group(group=this, actor=request.admin.actor, now=system_clock())
        except GroupInUse:
            refused = True
        else:
            messages.success(request, _deleted(this.name, left))
            return redirect("groups")
    admins = admins_bound_to(this)
    facts = {"group": this, "members": _members(this).count(), "admins": admins, "names_admins": request.admin.is_full}
    return render(request, "web/group_delete.html", facts, status=422 if refused else 200)


@require_POST
@admin_required(Permission.EDIT_GROUPS)
def group_add_member(request: AdminRequest, group_id: int) -> HttpResponse:
    """One person, by address. Who is beyond the admin's reach and who is nobody get the same answer."""
    this = _group(request.admin, group_id)
    email = request.POST.get("email", "").strip().lower()
    people = request.admin.reach(Permission.EDIT_GROUPS).learners().filter(email=email)
    try:
        operation = _join(request.admin, people, this, joins=True, about=_("1 selected"))
    except NothingSelected:
        error = _("Nobody you can add has this address. Look for them on the Users page.") if email else _("Write an address.")
        return _group_page(request, this, email=email, error=error, status=422)
    _say(request, operation, this)
    return redirect("group", this.id)


@require_POST
@admin_required(Permission.EDIT_GROUPS)
def group_remove_members(request: AdminRequest, group_id: int) -> HttpResponse:
    """Those whose boxes are checked leave."""
    this = _group(request.admin, group_id)
    chosen = Selected.parse(request.POST)
    people = Learner.objects.filter(organization_id=this.organization_id, id__in=chosen.ids)
    people = people.filter(id__in=_members(this).values("learner_id"))
    if people.count() > settings.IN_REQUEST_PEOPLE:
        return redirect("operation", _leave(request.admin, Selected(ids=chosen.ids), this, joins=False).number)
    try:
        operation = _join(request.admin, people, this, joins=False, about=chosen.describe())
    except NothingSelected:
        return _group_page(request, this, choose=_("Choose who leaves the group first."), status=422)
    _say(request, operation, this)
    return redirect("group", this.id)


@require_POST
@admin_required(Permission.EDIT_GROUPS)
def group_members(request: AdminRequest) -> HttpResponse:
    """*Add to group* of the users page: without a group it asks for one, carrying the selection on."""
    chosen = Selected.parse(request.POST)
    reach = request.admin.reach(Permission.EDIT_GROUPS)
    wanted = request.POST.get("group", "")
    try:
        people = chosen.learners(reach, today=system_clock().date())
        count = people.count() if not chosen.is_empty else 0
    except FilterRefused as error:
        return _choose_group(request, chosen, 0, error=error.explain().splitlines()[0], status=422)
    if not wanted:
        return _choose_group(request, chosen, count)
    this = _group(request.admin, int(wanted) if wanted.isascii() and wanted.isdecimal() else 0)
    if not count:
        return _choose_group(request, chosen, count, status=422)
    if count > settings.IN_REQUEST_PEOPLE:
        return redirect("operation", _leave(request.admin, chosen, this, joins=True).number)
    try:
        operation = _join(request.admin, people, this, joins=True, about=chosen.describe())
    except NothingSelected:
        return _choose_group(request, chosen, 0, status=422)
    _say(request, operation, this)
    return redirect("group", this.id)


def _group(admin: Admin, group_id: int) -> Group:
    if group_id > BIGGEST_ID:
        raise Http404
    return get_object_or_404(admin.reach(Permission.EDIT_GROUPS).groups(), id=group_id)


def _may_create(admin: Admin) -> bool:
    """Who is limited to groups would not see the new one."""
    return admin.may_for_everyone(Permission.EDIT_GROUPS)


def _created(request: AdminRequest, form: GroupForm) -> Group | None:
    try:
        return create_group(
            organization_id=request.admin.organization_id,
            name=form.cleaned_data["name"],
            actor=request.admin.actor,
            now=system_clock(),
        )
    except GroupExists:
        form.add_error("name", _there_already())
        return None


def _there_already() -> str:
    return _("There is a group of this name already; capitals make no difference. Choose another name.")


def _members(group: Group) -> QuerySet[GroupMember]:
    return GroupMember.objects.filter(organization_id=group.organization_id, group_id=group.id)


def _group_page(request: AdminRequest, this: Group, *, status: int = 200, **more: Any) -> HttpResponse:
    after = request.GET.get("after", "")
    found = _members(this).order_by("learner_id")
    if after.isascii() and after.isdecimal() and int(after) < BIGGEST_ID:
        found = found.filter(learner_id__gt=int(after))
    rows = list(found.select_related("learner")[: MEMBERS_A_PAGE + 1])
    people = [row.learner for row in rows[:MEMBERS_A_PAGE]]
    facts = {
        "group": this,
        "people": people,
        "count": _members(this)[: COUNTED_TO + 1].count(),
        "counted_to": COUNTED_TO,
        "next": people[-1].id if len(rows) > MEMBERS_A_PAGE else None,
        "is_first": not after,
    }
    return render(request, "web/group.html", facts | more, status=status)


def _choose_group(request: AdminRequest, chosen: Selected, count: int, *, error: str = "", status: int = 200) -> HttpResponse:
    found = request.admin.reach(Permission.EDIT_GROUPS).groups().order_by("key")
    facts = {"fields": chosen.fields(), "count": count, "groups": found, "error": error}
    return render(request, "web/group_choose.html", facts, status=status)


def _join(admin: Admin, people: QuerySet[Learner], this: Group, *, joins: bool, about: str) -> Operation:
    act = _act(admin, this, joins=joins, about=about)
    operation = plan_membership(people, group=this, joins=joins, act=act, clock=system_clock)
    return apply_operation(operation, clock=system_clock, actor=admin.actor)


def _leave(admin: Admin, chosen: Selected, this: Group, *, joins: bool) -> Operation:
    """For many, to a worker."""
    now = system_clock()
    people = chosen.as_json(admin.reach(Permission.EDIT_GROUPS), today=now.date())
    how = how_of_membership(people, group_id=this.id, joins=joins)
    return leave_act(_act(admin, this, joins=joins, about=chosen.describe()), how, now=now)


def _act(admin: Admin, this: Group, *, joins: bool, about: str) -> Act:
    verb = "join" if joins else "leave"
    return Act(admin.organization_id, verb, "page", admin.actor, about=f"{this.name}: {about}")


def _say(request: AdminRequest, operation: Operation, this: Group) -> None:
    joined, left = operation.counts.get("joined", 0), operation.counts.get("left", 0)
    if joined:
        text = ngettext("%(count)s person joined %(group)s.", "%(count)s people joined %(group)s.", joined)
    elif left:
        text = ngettext("%(count)s person left %(group)s.", "%(count)s people left %(group)s.", left)
    else:
        messages.info(request, _("Everyone selected is in %(group)s already. Nothing was changed.") % {"group": this.name})
        return
    address = reverse("operation_reversals", args=[operation.number])
    messages.success(request, text % {"count": number(joined or left), "group": this.name}, extra_tags=f"undo:{address}")


def _deleted(name: str, left: int) -> str:
    text = ngettext(
        "Group %(name)s is deleted. %(count)s person left it.", "Group %(name)s is deleted. %(count)s people left it.", left
    )
    return text % {"name": name, "count": number(left)}


urls = [
    path("admin-center/groups/", groups, name="groups"),
    path("admin-center/groups/members/", group_members, name="group_members"),
    path("admin-center/groups/<int:group_id>/", group, name="group"),
    path("admin-center/groups/<int:group_id>/name/", group_rename, name="group_rename"),
    path("admin-center/groups/<int:group_id>/deletion/", group_delete, name="group_delete"),
    path("admin-center/groups/<int:group_id>/members/", group_add_member, name="group_add_member"),
    path("admin-center/groups/<int:group_id>/leavers/", group_remove_members, name="group_remove_members"),
]
