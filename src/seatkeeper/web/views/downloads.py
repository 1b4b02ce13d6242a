"""Download users via CSV: whom a filter finds, with the columns chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from seatkeeper.accounts.permissions import Permission
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.models import GroupMember, Learner
from seatkeeper.directory.reach import Reach
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.queries import pools_of
from seatkeeper.uploads.export import KEY_COLUMN, export_learners, profile_headers
from seatkeeper.web.requests import AdminRequest, admin_required
from seatkeeper.web.sending import file_response, nameless_file

CHOICES_SHOWN = 100
LONGEST_FILTER = 2_000


@dataclass(frozen=True, slots=True)
class Choice:
    """One box to check."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A list to choose from: those chosen first, then those whose name has the words looked for."""

    name: str
    label: Promise
    hint: Promise
    find: str
    choices: list[Choice]
    hidden_count: int

    @property
    def chosen(self) -> list[str]:
        return [choice.value for choice in self.choices if choice.is_chosen]


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required(Permission.MANAGE_USERS)
def downloads(request: AdminRequest) -> HttpResponse:
    """The form; sent off, the file. `show`, for browsers without script: the form again, with what was looked for."""
    reach = request.admin.reach(Permission.MANAGE_USERS)
    data = request.POST if request.method == "POST" else request.GET
    fields = {name: make(reach, data) for name, make in FIELDS.items()}
    if request.htmx and (part := data.get("part")) in fields:
        return render(request, "web/_download_field.html", {"field": fields[part]})
    text = data.get("q", "").strip()[:LONGEST_FILTER]
    facts: dict[str, Any] = {"text": text, "fields": fields.values()}
    if request.method != "POST" or "show" in data:
        return render(request, "web/downloads.html", facts)
    for name, field in fields.items():
        if set(data.getlist(name)) - set(field.chosen):
            raise Http404
    try:
        return _file(request, reach, text, fields)
    except FilterRefused as error:
        fault = _("The filter is not understood: %(fault)s.") % {"fault": error.fault}
        return render(request, "web/downloads.html", facts | {"fault": fault}, status=422)
    except OSError:
        fault = _("The file can't be written: the server's disk is full or can't be used. Tell whoever runs the server.")
        return render(request, "web/downloads.html", facts | {"fault": fault}, status=507)


def _file(request: AdminRequest, reach: Reach, text: str, fields: dict[str, Field]) -> HttpResponse:
    """Written to a nameless file in the home folder first: memory stays small, and a cut download holds no database."""
    now, pools = system_clock(), pools_of(reach.organization_id)
    licenses = set(fields["licenses"].chosen or map(str, (pool.id for pool in pools.values())))
    chosen_columns = fields["attributes"].chosen
    columns = [KEY_COLUMN, *(name for name in chosen_columns if name != KEY_COLUMN)] if chosen_columns else None
    output = nameless_file()
    try:
        rows = export_learners(
            _people(reach, text, fields["groups"].chosen, today=now.date()),
            organization_id=reach.organization_id,
            pools=[pool for pool in pools.values() if str(pool.id) in licenses],
            groups=False,
            columns=columns,
            output=output,
        )
        log_act(
            organization_id=reach.organization_id,
            actor=request.admin.actor,
            action="users.exported",
            now=now,
            filter=text,
            groups=[choice.label for choice in fields["groups"].choices if choice.is_chosen],
            columns=columns or "all",
            rows=rows,
        )
    except BaseException:
        output.close()
        raise
    return file_response(output, f"users-{now:%Y-%m-%d}.csv")


def _people(reach: Reach, text: str, groups: list[str], *, today: date) -> QuerySet[Learner] | None:
    """None: everyone."""
    if reach.is_everyone and not text and not groups:
        return None
    people = learners_matching(reach.organization_id, text, today=today, reach=reach) if text else reach.learners()
    if groups:
        of_group = GroupMember.objects.filter(organization_id=reach.organization_id, group_id__in=map(int, groups))
        people = people.filter(Exists(of_group.filter(learner_id=OuterRef("id"))))
    return people


def _attributes(reach: Reach, data: QueryDict) -> Field:
    names = [(name, name) for name in profile_headers(reach.organization_id)]
    hint = gettext_lazy("Columns of the file. None chosen: all of them. The e-mail address is always there.")
    return _field("attributes", gettext_lazy("User attributes"), hint, names, data)


def _groups(reach: Reach, data: QueryDict) -> Field:
    names = [(str(group_id), name) for group_id, name in reach.groups().order_by("key").values_list("id", "name")]
    hint = gettext_lazy("Only members of these groups. None chosen: everyone. The file has no group column.")
    return _field("groups", gettext_lazy("Groups"), hint, names, data)


def _licenses(reach: Reach, data: QueryDict) -> Field:
    names = [(str(pool.id), pool.title) for pool in pools_of(reach.organization_id).values()]
    hint = gettext_lazy("A column for each license, active or inactive. None chosen: all of them.")
    return _field("licenses", gettext_lazy("Licenses"), hint, names, data)


def _field(name: str, label: Promise, hint: Promise, names: list[tuple[str, str]], data: QueryDict) -> Field:
    wanted, find = set(data.getlist(name)), data.get(f"find_{name}", "").strip()[:200]
    chosen = [Choice(value, words, is_chosen=True) for value, words in names if value in wanted]
    others = [
        Choice(value, words, is_chosen=False)
        for value, words in names
        if value not in wanted and find.casefold() in words.casefold()
    ]
    return Field(name, label, hint, find, chosen + others[:CHOICES_SHOWN], max(0, len(others) - CHOICES_SHOWN))


FIELDS: dict[str, Callable[[Reach, QueryDict], Field]] = {"attributes": _attributes, "groups": _groups, "licenses": _licenses}

urls = [
    path("admin-center/downloads/", downloads, name="downloads"),
]
