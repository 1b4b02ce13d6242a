"""Tokens of applications: for who manages IT settings, for everyone."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from seatkeeper.accounts.errors import UnknownToken
from seatkeeper.accounts.permissions import Permission
from seatkeeper.accounts.services.tokens import DAYS, MOST_DAYS, make_token, revoke_token, tokens_of
from seatkeeper.accounts.tokens import TokenScope
from seatkeeper.kernel.clock import system_clock
from seatkeeper.web.forms import PageForm, name_field
from seatkeeper.web.requests import AdminRequest, admin_required

NO_DAYS = gettext_lazy("Write a whole number from 1 to 3650.")


class TokenForm(PageForm):
    """A new token."""

    name = name_field(gettext_lazy("Name"), help_text=gettext_lazy("The application that gets it."))
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it is for"),
        choices=TokenScope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose at least one.")),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Good for so many days"),
        initial=DAYS,
        min_value=1,
        max_value=MOST_DAYS,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), NO_DAYS),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_IT_SETTINGS, for_everyone=True)
def tokens(request: AdminRequest) -> HttpResponse:
    """The list and a form; after a POST the new secret is shown, on this page only."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    organization_id, secret, now = request.admin.organization_id, "", system_clock()
    if request.method == "POST" and form.is_valid():
        wanted = {"name": form.cleaned_data["name"], "days": form.cleaned_data["days"]}
        scopes = map(TokenScope, form.cleaned_data["scopes"])
        made = make_token(organization_id=organization_id, **wanted, scopes=scopes, actor=request.admin.actor, now=now)
        secret, form = made.secret, TokenForm()
    labels = dict(TokenScope.choices)
    rows = [(token, [labels.get(scope, scope) for scope in token.scopes.split()]) for token in tokens_of(organization_id)]
    facts = {"rows": rows, "form": form, "secret": secret, "now": now}
    return render(request, "web/tokens.html", facts, status=422 if form.errors else 200)


@require_POST
@admin_required(Permission.MANAGE_IT_SETTINGS, for_everyone=True)
def token_revocation(request: AdminRequest, token_id: int) -> HttpResponse:
    admin, now = request.admin, system_clock()
    try:
        token = revoke_token(organization_id=admin.organization_id, token_id=token_id, actor=admin.actor, now=now)
    except UnknownToken:
        raise Http404 from None
    messages.success(request, _("Token %(name)s is revoked.") % {"name": token.name})
    return redirect("tokens")


urls = [
    path("admin-center/tokens/", tokens, name="tokens"),
    path("admin-center/tokens/<int:token_id>/revocation/", token_revocation, name="token_revocation"),
]
