"""Admins: who may give permissions adds, changes and ends others, no further than their own."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from seatkeeper.accounts.errors import AccountsError, LastFullAdmin, NoAddress, NoPermissions, NotYoursToGive, UnknownAdmin
from seatkeeper.accounts.permissions import Permission, Role
from seatkeeper.accounts.queries import SeenAdmin, admin_seen_by, admins_seen_by
from seatkeeper.accounts.services.admins import add_admin, change_admin, end_admin, renew_link
from seatkeeper.kernel.clock import system_clock
from seatkeeper.notices.services.sign_in_links import mail_sign_in_link
from seatkeeper.web.forms import LONGEST_NAME, PageForm
from seatkeeper.web.granting import choices, group_names, has_more_groups, in_words, role_in
from seatkeeper.web.requests import AdminRequest, admin_required

LONGEST_ADDRESS = 254


class NewAdminForm(PageForm):
    """Who it is; what they may do is read by `granting`."""

    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        max_length=LONGEST_ADDRESS,
        error_messages={"required": gettext_lazy("Write an e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@require_GET
@admin_required(Permission.CREATE_SUB_ADMINS)
def admins(request: AdminRequest) -> HttpResponse:
    seen = admins_seen_by(request.admin)
    names = group_names(request.admin.organization_id, [admin.role.grants for admin in seen])
    rows = [(admin, in_words(admin.role.grants, names)) for admin in seen]
    return render(request, "web/admins.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
@admin_required(Permission.CREATE_SUB_ADMINS)
def admin_add(request: AdminRequest) -> HttpResponse:
    """Afterwards the one-time link is shown, on this page only."""
    form = NewAdminForm(request.POST if request.method == "POST" else None)
    role = role_in(request.POST, request.admin)
    fault = ""
    if request.method == "POST" and "find" not in request.POST.getlist("do") and form.is_valid():
        try:
            added = add_admin(giver=request.admin, **form.cleaned_data, role=role, now=system_clock())
        except NoAddress:
            form.add_error("email", _("This is no e-mail address."))
        except (NoPermissions, NotYoursToGive) as error:
            fault = _fault(error)
        else:
            return _link_page(request, added.membership.account.email, added.token)
    return _role_page(request, "web/admin_add.html", role, fault=fault, form=form)


@require_http_methods(["GET", "POST"])
@admin_required(Permission.CREATE_SUB_ADMINS)
def admin_change(request: AdminRequest, membership_id: int) -> HttpResponse:
    seen = _seen(request, membership_id)
    role, fault = seen.role, ""
    if request.method == "POST":
        role = role_in(request.POST, request.admin)
        if "find" not in request.POST.getlist("do"):
            try:
                change_admin(giver=request.admin, membership_id=membership_id, role=role, now=system_clock())
            except (NoPermissions, NotYoursToGive, LastFullAdmin) as error:
                fault = _fault(error)
            else:
                messages.success(request, _("%(email)s is changed.") % {"email": seen.membership.account.email})
                return redirect("admins")
    return _role_page(request, "web/admin_change.html", role, fault=fault, seen=seen)


@require_http_methods(["GET", "POST"])
@admin_required(Permission.CREATE_SUB_ADMINS)
def admin_end(request: AdminRequest, membership_id: int) -> HttpResponse:
    """Says the consequence first."""
    seen, fault = _seen(request, membership_id), ""
    if request.method == "POST":
        try:
            end_admin(giver=request.admin, membership_id=membership_id, now=system_clock())
        except LastFullAdmin as error:
            fault = _fault(error)
        else:
            messages.success(request, _("Admin access of %(email)s has ended.") % {"email": seen.membership.account.email})
            return redirect("start" if seen.membership.id == request.admin.membership_id else "admins")
    return render(request, "web/admin_end.html", {"seen": seen, "fault": fault}, status=422 if fault else 200)


@never_cache
@require_POST
@admin_required(Permission.CREATE_SUB_ADMINS)
def admin_link(request: AdminRequest, membership_id: int) -> HttpResponse:
    seen = _seen(request, membership_id)
    token = renew_link(giver=request.admin, membership_id=membership_id, now=system_clock())
    return _link_page(request, seen.membership.account.email, token)


def _seen(request: AdminRequest, membership_id: int) -> SeenAdmin:
    seen = admin_seen_by(request.admin, membership_id)
    if seen is None:
        raise Http404
    return seen


def _role_page(request: AdminRequest, template: str, role: Role, *, fault: str, **facts: Any) -> HttpResponse:
    find = request.POST.get("find", "")
    facts |= {
        "fault": fault,
        "is_full": role.is_full,
        "may_give_full": request.admin.is_full,
        "choices": choices(request.admin, role, find=find),
        "has_more_groups": has_more_groups(request.admin),
        "find": find,
    }
    form = facts.get("form")
    return render(request, template, facts, status=422 if fault or (form and form.errors) else 200)


def _link_page(request: AdminRequest, email: str, token: str) -> HttpResponse:
    address = reverse("sign_in_link", args=[token])
    link = f"{settings.PUBLIC_URL}{address}" if settings.PUBLIC_URL else request.build_absolute_uri(address)
    is_sent = bool(settings.EMAIL_HOST)
    if is_sent:
        home, who = request.admin.organization_id, request.admin.name
        mail_sign_in_link(organization_id=home, recipient=email, link=link, who=who, now=system_clock())
    return render(request, "web/admin_link.html", {"email": email, "link": link, "is_sent": is_sent})


def _fault(error: AccountsError) -> str:
    return {
        NoPermissions.code: _("Choose at least one permission, for everyone or for a group."),
        NotYoursToGive.code: _("You can give only permissions and groups that you have yourself."),
        LastFullAdmin.code: _("This is the last full admin. Make somebody else a full admin first."),
        UnknownAdmin.code: _("This admin was ended meanwhile."),
    }[error.code]


urls = [
    path("admin-center/admins/", admins, name="admins"),
    path("admin-center/admins/new/", admin_add, name="admin_add"),
    path("admin-center/admins/<int:membership_id>/", admin_change, name="admin_change"),
    path("admin-center/admins/<int:membership_id>/end/", admin_end, name="admin_end"),
    path("admin-center/admins/<int:membership_id>/link/", admin_link, name="admin_link"),
]
