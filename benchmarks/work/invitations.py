"""Invitations at work: mails queued, reminders queued, and all of them expired."""

import time
from datetime import datetime, timedelta
from typing import Any

from benchmarks.work.product import organization
from seatkeeper.directory.chosen import Chosen
from seatkeeper.directory.models import Learner
from seatkeeper.directory.reach import Reach
from seatkeeper.invitations.models import RoundKind
from seatkeeper.invitations.services.expire import expire_invitations
from seatkeeper.invitations.services.rounds import carry_on_rounds, mail_again
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.services.acts import plan_assign
from seatkeeper.licensing.services.operations import Act, apply_operation
from seatkeeper.licensing.services.pools import add_pool
from seatkeeper.notices.models import Mail, MailSetup


def queue(*, people: int) -> dict[str, Any]:
    """Seconds of each, after that many were invited by one operation."""
    home = organization()
    MailSetup.objects.create(organization=home, confirmed_at=system_clock())
    _invite(home.id, people)
    invited = _seconds(system_clock())
    assert Mail.objects.filter(kind="invitation").count() == people

    soon = system_clock() + timedelta(days=8)
    everyone = Chosen(is_all=True).as_json(Reach(home.id), today=soon.date())
    mail_again(RoundKind.REMIND, organization_id=home.id, people=everyone, actor="bench", now=soon)
    reminded = _seconds(soon)
    assert Mail.objects.filter(kind="reminder").count() == people

    later = system_clock() + timedelta(days=31)
    begun = time.perf_counter()
    done = expire_invitations(organization_id=home.id, clock=lambda: later)
    assert done
    assert done.counts["unassigned"] == people
    return {"invited": invited, "reminded": reminded, "expired": time.perf_counter() - begun}


def _invite(organization_id: int, people: int) -> None:
    pool = add_pool(
        organization_id=organization_id, budget_group="default", license_type="pro", seats=people, activation="invite"
    )
    last = Learner.objects.filter(organization_id=organization_id).order_by("id").values_list("id", flat=True)[people - 1]
    chosen = Learner.objects.filter(organization_id=organization_id, id__lte=last)
    act = Act(organization_id, "assign", "cli", "bench")
    apply_operation(plan_assign(chosen, pool=pool, act=act, clock=system_clock), clock=system_clock, actor="bench")


def _seconds(now: datetime) -> float:
    begun = time.perf_counter()
    carry_on_rounds(lambda: now)
    return time.perf_counter() - begun
