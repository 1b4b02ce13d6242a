"""A process of its own that activates people one after the other: `python activate_each.py SLUG ADDRESS…`."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seatkeeper.config.settings")

import django

django.setup()

from seatkeeper.directory.models import Learner, Organization  # noqa: E402  Django must be set up first
from seatkeeper.kernel.clock import system_clock  # noqa: E402
from seatkeeper.licensing.services.acts import plan_activate  # noqa: E402
from seatkeeper.licensing.services.operations import Act, apply_operation  # noqa: E402


def main(slug: str, *addresses: str) -> None:
    of = Organization.objects.get(slug=slug)
    for address in addresses:
        learner = Learner.objects.filter(organization=of, email=address)
        operation = plan_activate(learner, pool=None, act=Act(of.id, "activate", "page", address), clock=system_clock)
        apply_operation(operation, clock=system_clock, actor=address)


main(*sys.argv[1:])
