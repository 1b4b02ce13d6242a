"""Pools. Every admin sees them; who manages IT settings for everyone changes them (docs/decisions/0021)."""

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from seatkeeper.accounts.permissions import Admin, Permission
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.errors import BadPoolKey, PoolExists, SeatsBelowTaken
from seatkeeper.licensing.models import Activation, LicensePool
from seatkeeper.licensing.queries import pool_summaries, pool_titles
from seatkeeper.licensing.services.alerts import MOST_ALERTS, USUAL_ALERTS, alerts_of
from seatkeeper.licensing.services.pools import change_pool, open_pool
from seatkeeper.web.forms import PageForm, name_field, seats_field
from seatkeeper.web.numbers import number
from seatkeeper.web.requests import AdminRequest, admin_required

ACTIVATIONS = (
    (
        Activation.INVITE,
        gettext_lazy("Invite: assigning sends an invitation. It takes no seat; the first to activate are the first served."),
    ),
    (Activation.IMMEDIATE, gettext_lazy("Activate at once: assigning takes a seat at that moment, without an invitation.")),
)


class PercentsField(forms.Field):
    """When admins are told: `75, 95`. Cleaned, it is a list of numbers, the lowest first."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Tell admins at so many percent in use"),
            required=False,
            help_text=gettext_lazy(
                "Who manages licenses for everyone is told each time that so many seats are taken or held. "
                "Several with commas between; empty: nobody is told."
            ),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )

    def to_python(self, value: str | None) -> list[int]:
        parts = (value or "").replace(",", " ").replace("%", " ").split()
        percents = {int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) <= len("100")}
        if len(parts) > MOST_ALERTS or len(percents & {*range(1, 101)}) < len({*parts}):
            raise forms.ValidationError(
                _("Write at most %(most)s whole numbers from 1 to 100, such as 75, 95.") % {"most": MOST_ALERTS}
            )
        return sorted(percents)


class PoolForm(PageForm):
    """Seats and activation of a pool."""

    seats = seats_field(gettext_lazy("Seats"))
    activation = forms.ChoiceField(
        label=gettext_lazy("How licenses begin"),
        choices=ACTIVATIONS,
        widget=forms.RadioSelect,
        initial=Activation.INVITE,
        error_messages={"required": gettext_lazy("Choose one."), "invalid_choice": gettext_lazy("Choose one.")},
    )


class ChangePoolForm(PoolForm):
    """And whether it gives to who comes, and when it tells of itself."""

    gives_at_sign_in = forms.BooleanField(
        label=gettext_lazy("Give a license to who signs in for the first time"),
        required=False,
        help_text=gettext_lazy("When all are taken, they wait for one. Whose license ended gets none by this."),
    )
    alerts = PercentsField()


class NewPoolForm(PoolForm):
    """And who pays, for what."""

    budget_group = name_field(gettext_lazy("Budget group"), help_text=gettext_lazy("Who pays. For example: Default."))
    license_type = name_field(gettext_lazy("License type"), help_text=gettext_lazy("What it opens. For example: Learning."))
    alerts = PercentsField()
    field_order = ("budget_group", "license_type", "seats", "activation", "alerts")


@require_GET
@admin_required()
def pools(request: AdminRequest) -> HttpResponse:
    alerts = alerts_of(request.admin.organization_id)
    fullest_first = sorted(pool_summaries(request.admin.organization_id), key=lambda pool: (-pool.fullness, pool.key))
    return render(
        request,
        "web/pools.html",
        {"pools": [(pool, alerts.get(pool.id, ())) for pool in fullest_first], "may_change": _may_change(request.admin)},
    )


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_IT_SETTINGS)
def pool_add(request: AdminRequest) -> HttpResponse:
    _changes(request.admin)
    form = NewPoolForm(request.POST or None, initial={"alerts": _written(USUAL_ALERTS)})
    if request.method == "POST" and form.is_valid():
        try:
            pool = open_pool(
                **form.cleaned_data,
                organization_id=request.admin.organization_id,
                actor=request.admin.actor,
                now=system_clock(),
            )
        except PoolExists as error:
            title = pool_titles(request.admin.organization_id)[error.key]
            form.add_error(
                "license_type", _("There is such a pool already: %(pool)s. Change its seats instead.") % {"pool": title}
            )
        except BadPoolKey as error:
            field = "budget_group" if error.key == form.cleaned_data["budget_group"] else "license_type"
            form.add_error(field, _("Begin and end with a letter or digit; use letters, digits, blanks and . & - _ between."))
        else:
            messages.success(request, _("Pool %(pool)s is added.") % {"pool": pool.title})
            return redirect("pools")
    return render(request, "web/pool_add.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_IT_SETTINGS)
def pool_change(request: AdminRequest, pool_id: int) -> HttpResponse:
    pool = get_object_or_404(_changes(request.admin), id=pool_id)
    now_set = {
        "seats": pool.seats_in_force,
        "activation": pool.activation,
        "gives_at_sign_in": pool.gives_at_sign_in,
        "alerts": _written(alerts_of(pool.organization_id).get(pool.id, ())),
    }
    form = ChangePoolForm(request.POST if request.method == "POST" else None, initial=now_set)
    if request.method == "POST" and form.is_valid():
        try:
            change_pool(pool=pool, **form.cleaned_data, actor=request.admin.actor, now=system_clock())
        except SeatsBelowTaken as error:
            form.add_error("seats", _too_few(error))
        else:
            messages.success(request, _("Pool %(pool)s is changed.") % {"pool": pool.title})
            return redirect("pools")
    status = 422 if form.errors else 200
    return render(request, "web/pool_change.html", {"form": form, "pool": pool}, status=status)


def _may_change(admin: Admin) -> bool:
    return admin.may_for_everyone(Permission.MANAGE_IT_SETTINGS)


def _changes(admin: Admin) -> QuerySet[LicensePool]:
    """The pools that the admin may change. A pool serves everyone: who is limited to groups changes none."""
    if not _may_change(admin):
        raise Http404
    return LicensePool.objects.filter(organization_id=admin.organization_id)


def _written(percents: Sequence[int]) -> str:
    return ", ".join(map(str, percents))


def _too_few(error: SeatsBelowTaken) -> str:
    return ngettext(
        "%(taken)s seats are taken or held, %(missing)s more than %(seats)s. Unassign %(missing)s license first.",
        "%(taken)s seats are taken or held, %(missing)s more than %(seats)s. Unassign %(missing)s licenses first.",
        error.missing,
    ) % {"taken": number(error.taken), "missing": number(error.missing), "seats": number(error.seats)}


urls = [
    path("admin-center/pools/", pools, name="pools"),
    path("admin-center/pools/new/", pool_add, name="pool_add"),
    path("admin-center/pools/<int:pool_id>/", pool_change, name="pool_change"),
]
