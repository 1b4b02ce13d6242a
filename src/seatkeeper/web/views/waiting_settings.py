"""How long offers stand and freed seats rest, and the join link: for who manages IT settings, for everyone."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from seatkeeper.accounts.permissions import Permission
from seatkeeper.invitations.errors import NoDomains
from seatkeeper.invitations.links import path_of
from seatkeeper.invitations.services.join import close_join_link, join_link_of, open_join_link
from seatkeeper.invitations.services.waitlist import change_rules, rules_of
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import LicensePool
from seatkeeper.licensing.queries import pools_of
from seatkeeper.licensing.services.rests import LEAST_ABOVE
from seatkeeper.notices.letters import address_of
from seatkeeper.web.forms import PageForm, seats_field
from seatkeeper.web.requests import AdminRequest, admin_required

HOURS_FAULT = gettext_lazy("Write a whole number from 1 to 8,760.")
MINUTES_FAULT = gettext_lazy("Write a whole number from 0 to 10,080.")


class RulesForm(PageForm):
    offer_hours = forms.IntegerField(
        label=gettext_lazy("Hours an offer stands"),
        min_value=1,
        max_value=8_760,
        help_text=gettext_lazy("Saturdays and Sundays are not counted. Offers that were made stay as they are."),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), HOURS_FAULT),
    )
    rest_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes that seats freed by many rest"),
        min_value=0,
        max_value=10_080,
        help_text=gettext_lazy("So that an undo finds them. Admins and holders of an invitation can use them meanwhile."),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), MINUTES_FAULT),
    )
    rest_above = seats_field(
        gettext_lazy("Many is more than"), help_text=gettext_lazy("Seats that one operation frees. At least 10.")
    )

    def clean_rest_above(self) -> int:
        return max(LEAST_ABOVE, int(self.cleaned_data["rest_above"]))


class JoinForm(PageForm):
    pool = forms.ChoiceField(label=gettext_lazy("License"))
    domains = forms.CharField(
        label=gettext_lazy("Domains of e-mail addresses"),
        max_length=2_000,
        help_text=gettext_lazy("With a blank between: corp.example team.example"),
        error_messages={"required": gettext_lazy("Write at least one domain, such as corp.example.")},
    )

    def __init__(self, data: Any, *, pools: list[LicensePool], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["pool"].choices = [(pool.id, pool.title) for pool in pools]  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_IT_SETTINGS, for_everyone=True)
def waiting_settings(request: AdminRequest) -> HttpResponse:
    home = request.admin.organization_id
    asker: dict[str, Any] = {"actor": request.admin.actor, "now": system_clock()}
    pools, link, act = list(pools_of(home).values()), join_link_of(home), request.POST.get("act", "")
    known = {"pool": link.pool_id, "domains": " ".join(link.domains)} if link else {}
    rules = RulesForm(request.POST if act == "rules" else None, initial=rules_of(home))
    join = JoinForm(request.POST if act == "open" else None, pools=pools, initial=known)
    if act == "rules" and rules.is_valid():
        change_rules(organization_id=home, **asker, **rules.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("waiting_settings")
    if act == "open" and join.is_valid():
        pool = next(pool for pool in pools if str(pool.id) == join.cleaned_data["pool"])
        try:
            open_join_link(pool=pool, domains=join.cleaned_data["domains"].replace(",", " ").split(), **asker)
        except NoDomains:
            join.add_error("domains", _("Write each domain as corp.example, with a blank between."))
        else:
            messages.success(request, _("The join link is open. An earlier one leads nowhere now."))
            return redirect("waiting_settings")
    if act == "close":
        close_join_link(organization_id=home, **asker)
        messages.success(request, _("The join link is closed."))
        return redirect("waiting_settings")
    facts = {"rules": rules, "join": join, "link": link, "address": address_of(path_of(link.key, "join")) if link else ""}
    return render(request, "web/waiting_settings.html", facts, status=422 if rules.errors or join.errors else 200)


urls = [path("admin-center/waitlist/", waiting_settings, name="waiting_settings")]
