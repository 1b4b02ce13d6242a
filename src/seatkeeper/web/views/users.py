"""The users page: find people, choose them, and go on to what is done with them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from seatkeeper.accounts.permissions import Permission
from seatkeeper.accounts.services.groups import keep_new_people_group, new_people_group_of
from seatkeeper.directory.attributes import is_sound_email
from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.filters import notices_on
from seatkeeper.directory.reach import Reach
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Activation
from seatkeeper.licensing.orders import SORTS
from seatkeeper.licensing.people import MANY, Listing, Page, count_people, page_of, people_suggested
from seatkeeper.licensing.queries import pools_of
from seatkeeper.licensing.services.operations import Act
from seatkeeper.uploads.errors import UploadError
from seatkeeper.uploads.queries import problem_counts
from seatkeeper.uploads.services.one import add_one
from seatkeeper.uploads.services.receive import Choices
from seatkeeper.uploads.services.run import upload_of
from seatkeeper.web.narrowing import chips_of, choices_of, narrowed, refused_filter
from seatkeeper.web.requests import AdminRequest, admin_required
from seatkeeper.web.selecting import Selected

LONGEST_FILTER = 2_000
HEADINGS = {
    "name": gettext_lazy("User Details"),
    "email": gettext_lazy("E-mail"),
    "status": gettext_lazy("Status"),
    "activity": gettext_lazy("Last activity"),
    "id": gettext_lazy("Newest first"),
}
HIGHEST_FIRST = ("status", "activity", "id")


@require_GET
@admin_required()
def user_list(request: AdminRequest) -> HttpResponse:
    """People, 50 a page. The menu's fields are worked into the filter, which then stands in the address."""
    chosen = Selected.parse(request.GET)
    text = chosen.filter[:LONGEST_FILTER]
    sort = request.GET.get("sort", "name")
    sort = sort if sort.removeprefix("-") in SORTS else "name"
    longer = narrowed(request.GET, text)
    if longer is not None:
        return redirect(f"{reverse('users')}?{_query(q=longer, sort=sort)}")
    reach = request.admin.sees
    listing = Listing(text, sort, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    facts: dict[str, Any] = {"text": text, "sort": sort, "selected": chosen, "choices": choices_of(reach)}
    try:
        facts |= _found(listing, reach, chosen)
        status = 200
    except FilterRefused as error:
        facts |= refused_filter(error)
        status = 422
    facts |= _permissions(request) | {"filter_action": reverse("users"), "filter_fields": [("q", text), ("sort", sort)]}
    is_part = request.htmx and not request.htmx.boosted and request.htmx.target == "users-list"
    template = "web/_user_results.html" if is_part else "web/user_list.html"
    return render(request, template, facts, status=status)


@require_GET
@admin_required()
def user_suggestions(request: AdminRequest) -> HttpResponse:
    """The first few people who have the words; within reach, like everything."""
    words = request.GET.get("q", "").strip()
    is_words = words and ":" not in words
    people = people_suggested(words, request.admin.sees) if is_words else []
    return render(request, "web/_user_suggestions.html", {"people": people, "words": words, "is_words": is_words})


@require_GET
@admin_required()
def user_count(request: AdminRequest) -> HttpResponse:
    """How many the filter finds: up to 10,000 beside the list, which does not wait for it; `exact` on selecting everyone."""
    chosen = Selected.parse(request.GET)
    is_exact = request.GET.get("exact") == "1"
    try:
        found = count_people(chosen.filter, request.admin.sees, today=system_clock().date(), exactly=is_exact)
    except FilterRefused as error:
        return render(request, "web/_user_count.html", {"fault": refused_filter(error)["fault"]}, status=422)
    facts = {"count": found, "many": MANY, "is_many": found > MANY, "is_exact": is_exact}
    return render(request, "web/_user_count.html", facts)


class PersonForm(forms.Form):
    """One person. The license and the group are chosen among what the admin may give."""

    email = forms.CharField(
        label=gettext_lazy("E-mail"), max_length=320, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=200, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=200, required=False)
    pool = forms.ChoiceField(label=gettext_lazy("License"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("Group"), required=False)

    def __init__(self, reach: Reach, data: Any = None, *, group: int | None = None) -> None:
        super().__init__(data, label_suffix="", initial={"group": group})
        self.reach = reach
        pools = pools_of(reach.organization_id)
        self.fields["pool"].choices = [("", _("No license")), *((key, pool.title) for key, pool in pools.items())]  # type: ignore[attr-defined]
        groups = [(str(group.id), group.name) for group in reach.groups().order_by("key")]
        if reach.is_everyone:
            groups.insert(0, ("", _("None")))
        else:
            self.fields["group"].required = True
        self.fields["group"].choices = groups  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if not is_sound_email(email):
            raise forms.ValidationError(_("This is no e-mail address. An address looks like ana@example.com."))
        return email

    def clean_pool(self) -> str:
        """Asked here and not of the plan: whether a seat is free tells nothing of the address."""
        key = str(self.cleaned_data["pool"])
        pool = pools_of(self.reach.organization_id).get(key)
        if pool is not None and pool.activation == Activation.IMMEDIATE and not self.reach.is_everyone and pool.is_full:
            text = _("No seat of %(pool)s is free. Choose another license, or none.")
            raise forms.ValidationError(text % {"pool": pool.title})
        return key

    def cells(self) -> dict[str, str]:
        data = self.cleaned_data
        cells = {
            "invited_email_address": data["email"],
            "preferred_first_name": data["first_name"],
            "preferred_last_name": data["last_name"],
        }
        if data["pool"]:
            budget_group, _slash, license_type = data["pool"].partition("/")
            cells[f"{budget_group}_license_{license_type}_status"] = "active"
        return {column: cell for column, cell in cells.items() if cell}

    def choices(self) -> Choices:
        group = self.cleaned_data["group"]
        return Choices(group_ids=self.reach.group_ids, join_group_id=int(group) if group else None, all_join=True)


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_USERS)
def user_add(request: AdminRequest) -> HttpResponse:
    """Add one person."""
    reach, mine = request.admin.reach(Permission.MANAGE_USERS), request.admin.membership_id
    form = PersonForm(reach, request.POST if request.method == "POST" else None, group=new_people_group_of(mine))
    if request.method == "POST" and form.is_valid() and _is_added(request, form, reach):
        return redirect("users")
    return render(request, "web/user_add.html", {"form": form}, status=422 if form.errors else 200)


def _is_added(request: AdminRequest, form: PersonForm, reach: Reach) -> bool:
    """Whether all went well; else the form has the errors.

    An admin limited to groups hears the same of an address that is known beyond the reach and of
    one that is new: nobody learns here who else is in the organization.
    """
    organization_id, email = reach.organization_id, form.cleaned_data["email"]
    if not reach.is_everyone:
        keep_new_people_group(membership_id=request.admin.membership_id, group_id=int(form.cleaned_data["group"]))
    act = Act(organization_id, "import", "form", request.admin.actor, about="1 person")
    try:
        operation = add_one(form.cells(), act=act, choices=form.choices(), clock=system_clock)
    except UploadError:
        form.add_error(None, _("The person could not be added. Try again in a minute."))
        return False
    upload = upload_of(operation)
    if problems := (problem_counts(upload) if upload else {}):
        form.add_error(None, _("The person was not added: %(codes)s.") % {"codes": ", ".join(problems)})
        return False
    answer = _("%(email)s is on the list.") % {"email": email} if reach.is_everyone else _limited_answer(email)
    messages.success(request, answer)
    return True


def _limited_answer(email: str) -> str:
    return _("%(email)s is taken in. If the address is new, the person is in your group now.") % {"email": email}


def _found(listing: Listing, reach: Reach, chosen: Selected) -> dict[str, Any]:
    today = system_clock().date()
    page = page_of(listing, reach, today=today)
    count = _count(listing, reach, page, chosen)
    links = {"q": listing.filter, "sort": listing.sort, "all": "1" if chosen.is_all else ""}
    exceptions = [("except", learner_id) for learner_id in chosen.exceptions]
    rows = [
        {
            "person": person,
            "is_chosen": chosen.is_all and person.id not in chosen.exceptions,
            "leave_out": _query([*exceptions, ("except", person.id)], **links, **_place(listing)),
        }
        for person in page.people
    ]
    return {
        "page": page,
        "rows": rows,
        "count": count,
        "shown": len(page.people),
        "selected_count": (count or 0) - len(chosen.exceptions),
        "chips": [(chip, _query(q=chip.without, sort=listing.sort)) for chip in chips_of(listing.filter)],
        "notices": notices_on(reach.organization_id, listing.filter),
        "headings": _headings(listing, chosen),
        "links": _links(page, exceptions, links),
        "everyone": _query(q=listing.filter, sort=listing.sort, all="1"),
        "nobody": _query(q=listing.filter, sort=listing.sort),
        "is_anybody": bool(page.people) or bool(listing.filter),
    }


def _count(listing: Listing, reach: Reach, page: Page, chosen: Selected) -> int | None:
    """Where it is known at once, or has to be; else the page asks for it when it is there."""
    if chosen.is_all:
        return count_people(listing.filter, reach, today=system_clock().date(), exactly=True)
    return None if page.previous or page.next else len(page.people)


def _place(listing: Listing) -> dict[str, str]:
    return {"after": listing.after, "before": listing.before}


def _links(page: Page, exceptions: list[tuple[str, int]], links: dict[str, str]) -> dict[str, str]:
    return {
        "previous": _query(exceptions, **links, before=page.previous) if page.previous else "",
        "next": _query(exceptions, **links, after=page.next) if page.next else "",
    }


def _headings(listing: Listing, chosen: Selected) -> dict[str, dict[str, str]]:
    """Of each sortable column: where its heading leads, and how it is sorted now."""
    headings = {}
    for column, words in HEADINGS.items():
        is_current = listing.column == column
        first = f"-{column}" if column in HIGHEST_FIRST else column
        turned = column if listing.is_descending else f"-{column}"
        state = ("descending" if listing.is_descending else "ascending") if is_current else ""
        address = _query(q=listing.filter, sort=turned if is_current else first, all="1" if chosen.is_all else "")
        if column == "id" and is_current and listing.is_descending:
            words = gettext_lazy("Oldest first")
        headings[column] = {"words": str(words), "query": address, "state": state}
    return headings


def _permissions(request: AdminRequest) -> dict[str, bool]:
    return {
        "may_manage": request.admin.may(Permission.MANAGE_USERS),
        "may_edit_groups": request.admin.may(Permission.EDIT_GROUPS),
        "may_delete": request.admin.may_for_everyone(Permission.MANAGE_USERS),
    }


def _query(pairs: list[tuple[str, int]] | None = None, **values: str) -> str:
    """The query of an address; what is empty is left out."""
    return urlencode([*((name, value) for name, value in values.items() if value), *(pairs or ())])


urls = [
    path("admin-center/users/", user_list, name="users"),
    path("admin-center/users/suggestions/", user_suggestions, name="user_suggestions"),
    path("admin-center/users/count/", user_count, name="user_count"),
    path("admin-center/users/new/", user_add, name="user_add"),
]
