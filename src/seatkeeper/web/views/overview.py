"""Overview: how many seats there are, how it came to that, and what could be freed.

Numbers of pools are facts of the contract: every admin sees them. People and operations
are shown within reach (docs/decisions/0021).
"""

from collections.abc import Sequence
from datetime import UTC, date, timedelta

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from seatkeeper.accounts.permissions import Admin
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Books, LicensePool, Operation, OperationStatus
from seatkeeper.licensing.queries import count_idle, pool_summaries
from seatkeeper.licensing.seats import SeatsOnDay, seats_by_day
from seatkeeper.web.charts.drawing import Words
from seatkeeper.web.charts.seats import SeatsOverTime, seats_over_time
from seatkeeper.web.numbers import number
from seatkeeper.web.requests import AdminRequest, admin_required

SPANS = (30, 90, 365)
IDLE_DAYS = 90
COUNTED_TO = 10_000
IDLE_SECONDS = 3_600
LATEST = 5
POOLS_SHOWN = 8
SETTLED = (OperationStatus.DONE, OperationStatus.CANCELLED)


@require_GET
@admin_required()
def overview(request: AdminRequest) -> HttpResponse:
    admin, today = request.admin, system_clock().astimezone(UTC).date()
    pools = sorted(pool_summaries(admin.organization_id), key=lambda pool: (-pool.fullness, pool.key))
    span = next((days for days in SPANS if str(days) == request.GET.get("days")), 90)
    days = seats_by_day(admin.organization_id, first=today - timedelta(days=span - 1), last=today)
    facts = {
        "taken": sum(pool.taken for pool in pools),
        "seats": sum(pool.seats for pool in pools),
        "free": sum(max(0, pool.free) for pool in pools),
        "invited": sum(pool.invited for pool in pools),
        "pools": pools[:POOLS_SHOWN],
        "more_pools": max(0, len(pools) - POOLS_SHOWN),
        "span": span,
        "spans": SPANS,
        "days": [day for day in reversed(days) if day.day == today or day.day.weekday() == 0],
        "chart": _chart(days) if any(day.seats or day.taken for day in days) else None,
        "latest": _latest(admin),
    }
    return render(request, "web/overview.html", facts)


def _chart(days: Sequence[SeatsOnDay]) -> SafeString:
    described = _(
        "Area: seats taken at the end of each day, now %(taken)s. Line: all seats, now %(seats)s. "
        "The table below has the numbers."
    )
    words = Words(
        key="seats-chart",
        title=_("Seats over time"),
        description=described % {"taken": number(days[-1].taken), "seats": number(days[-1].seats)},
        unit=_("Seats"),
    )
    return seats_over_time(
        SeatsOverTime(
            words,
            labels=[date_format(day.day, "SHORT_DATE_FORMAT") for day in days],
            seats=[day.seats for day in days],
            taken=[day.taken for day in days],
        )
    )


@require_GET
@admin_required()
def overview_idle(request: AdminRequest) -> HttpResponse:
    """A part of the Overview that may take a second at first: it looks at every active license."""
    template = "web/_idle.html" if request.htmx else "web/overview_idle.html"
    return render(request, template, _idle(request.admin, system_clock().astimezone(UTC).date()))


def _idle(admin: Admin, today: date) -> dict[str, object]:
    """How many licenses within reach are idle, counted up to 10,000.

    Anew when a license has changed or first usage of a pool has come; else, as usage comes all the time, once an hour.
    """
    here = {"organization_id": admin.organization_id}
    segment = Books.objects.filter(**here).values_list("last_segment", flat=True).first()
    used = LicensePool.objects.filter(**here, first_used_on__isnull=False).count()
    key = f"idle:{admin.organization_id}:{admin.sees.group_ids}:{today}:{segment}:{used}"
    found = cache.get(key)
    if found is None:
        found = count_idle(admin.sees, days=IDLE_DAYS, today=today, at_most=COUNTED_TO + 1)
        cache.set(key, found, IDLE_SECONDS)
    count, without_usage = found
    return {
        "idle_filter": f"idle:{IDLE_DAYS}",
        "idle_days": IDLE_DAYS,
        "idle": None if count is None else min(count, COUNTED_TO),
        "idle_is_more": (count or 0) > COUNTED_TO,
        "without_usage": without_usage,
    }


def _latest(admin: Admin) -> list[Operation]:
    """Of an admin who is limited to groups: only their own, as others' may be about people beyond them."""
    operations = Operation.objects.filter(organization_id=admin.organization_id, status__in=SETTLED)
    if not admin.sees.is_everyone:
        operations = operations.filter(actor=admin.actor)
    return list(operations.order_by("-number")[:LATEST])


urls = [
    path("admin-center/", overview, name="overview"),
    path("admin-center/idle/", overview_idle, name="overview_idle"),
]
