"""Account and sign-in; the own profile; which organization to work in."""

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from seatkeeper.accounts.errors import CodeRefused, ProfileTaken
from seatkeeper.accounts.models import Account
from seatkeeper.accounts.queries import organizations_of_admin, own_learner
from seatkeeper.accounts.services.own_account import change_own_account
from seatkeeper.accounts.services.profiles import connect_by_code, connect_or_ask, disconnect
from seatkeeper.kernel.clock import system_clock
from seatkeeper.web.forms import LONGEST_NAME, PageForm
from seatkeeper.web.middleware import ORGANIZATION
from seatkeeper.web.requests import AdminRequest, admin_required

LONGEST_ADDRESS, LONGEST_CODE = 254, 20


class MeForm(PageForm):
    """What people choose about themselves."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=gettext_lazy("As other admins read it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", gettext_lazy("As the browser asks")), *settings.LANGUAGES],
        error_messages={"invalid_choice": gettext_lazy("Choose a language of the list.")},
    )


class AddressForm(PageForm):
    email = forms.CharField(
        label=gettext_lazy("E-mail address of your profile"),
        max_length=LONGEST_ADDRESS,
        error_messages={"required": gettext_lazy("Write an e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class CodeForm(PageForm):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=LONGEST_CODE,
        error_messages={"required": gettext_lazy("Write the code.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )


@require_http_methods(["GET", "POST"])
@admin_required()
def me(request: AdminRequest) -> HttpResponse:
    account = Account.objects.get(pk=request.admin.account_id)
    now_set = {"name": account.name, "language": account.language}
    form = MeForm(request.POST if request.method == "POST" else None, initial=now_set)
    if request.method == "POST" and form.is_valid():
        change_own_account(account_id=account.pk, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("me")
    return render(request, "web/me.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@admin_required()
def me_profile(request: AdminRequest) -> HttpResponse:
    """Connect it by its address: at once where that is proved, else by a code."""
    admin = request.admin
    form = AddressForm(request.POST if request.method == "POST" else None, initial={"email": admin.email})
    if request.method == "GET" or not form.is_valid():
        return _profile_page(request, form=form)
    if not ratelimit.consume(request, action="connect_profile", user=request.user):
        form.add_error("email", _("Too many codes were asked for. Try again in an hour."))
        return _profile_page(request, form=form)
    try:
        is_connected = connect_or_ask(admin=admin, email=form.cleaned_data["email"], now=system_clock())
    except ProfileTaken:
        form.add_error("email", _taken())
        return _profile_page(request, form=form)
    if is_connected:
        return _connected(request)
    return _profile_page(request, code_form=CodeForm(), email=form.cleaned_data["email"])


@require_POST
@admin_required()
def me_profile_code(request: AdminRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            connect_by_code(admin=request.admin, code=form.cleaned_data["code"], now=system_clock())
        except CodeRefused:
            form.add_error("code", _("This is not the code, or it is too old. After five tries ask for a new one."))
        except ProfileTaken:
            form.add_error("code", _taken())
        else:
            return _connected(request)
    return _profile_page(request, code_form=form)


@require_POST
@admin_required()
def me_profile_disconnection(request: AdminRequest) -> HttpResponse:
    disconnect(admin=request.admin, now=system_clock())
    messages.success(request, _("Your profile is disconnected. Its licenses and what you learned stay."))
    return redirect("me_profile")


@require_POST
@admin_required()
def choose_organization(request: AdminRequest) -> HttpResponse:
    """Work in another of the organizations that the account is an admin of."""
    wanted = request.POST.get("organization", "")
    known = {str(one.id): one.id for one in organizations_of_admin(request.admin.account_id)}
    if wanted not in known:
        raise Http404
    request.session[ORGANIZATION] = known[wanted]
    return redirect("overview")


def _profile_page(request: AdminRequest, **facts: Any) -> HttpResponse:
    has_errors = any(form.errors for form in facts.values() if isinstance(form, PageForm))
    facts |= {"learner": own_learner(request.admin), "has_mail": bool(settings.EMAIL_HOST)}
    return render(request, "web/me_profile.html", facts, status=422 if has_errors else 200)


def _connected(request: AdminRequest) -> HttpResponse:
    messages.success(request, _("Your profile is connected. The Admin Center is one click away in the header."))
    return redirect("learning_management")


def _taken() -> str:
    return _("This profile is connected to another sign-in. Disconnect it there first.")


urls = [
    path("me/", me, name="me"),
    path("me/organization/", choose_organization, name="choose_organization"),
    path("me/profile/", me_profile, name="me_profile"),
    path("me/profile/code/", me_profile_code, name="me_profile_code"),
    path("me/profile/disconnection/", me_profile_disconnection, name="me_profile_disconnection"),
]
