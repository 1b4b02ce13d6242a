"""Words for what operations do. A code without words is shown as it is."""

from collections.abc import Callable, Mapping

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from seatkeeper.licensing.models import DELETE

VERBS: Mapping[str, Promise] = {
    "import": gettext_lazy("Import"),
    "assign": gettext_lazy("Assign"),
    "activate": gettext_lazy("Activate"),
    "unassign": gettext_lazy("Unassign"),
    "reassign": gettext_lazy("Reassign"),
    "join": gettext_lazy("Add to group"),
    "leave": gettext_lazy("Remove from group"),
    "add": gettext_lazy("Add person"),
    "merge": gettext_lazy("Merge profiles"),
    DELETE: gettext_lazy("Delete people"),
    "withdraw": gettext_lazy("Withdraw invitations"),
    "expire": gettext_lazy("Invitations expire"),
    "undo": gettext_lazy("Undo"),
}


def counts_in_words(counts: Mapping[str, int]) -> list[str]:
    """What an operation did, or would do: a phrase for each count that is not zero.

    People whose groups alone changed are counted with those.
    """
    has_memberships = counts.get("joined") or counts.get("left")
    if has_memberships and not (counts.get("added") or counts.get("removed")):
        counts = {**counts, "updated": 0}
    phrases: tuple[tuple[str, Callable[[int], str]], ...] = (
        ("unassigned", lambda n: ngettext("%(n)s license unassigned", "%(n)s licenses unassigned", n)),
        (
            "claims_ended",
            lambda n: ngettext("%(n)s place, offer or request ended", "%(n)s places, offers or requests ended", n),
        ),
        ("claims_back", lambda n: ngettext("%(n)s place or request given back", "%(n)s places or requests given back", n)),
        ("reassigned", lambda n: ngettext("%(n)s license reassigned", "%(n)s licenses reassigned", n)),
        ("invited", lambda n: ngettext("%(n)s person invited", "%(n)s people invited", n)),
        ("activated", lambda n: ngettext("%(n)s license activated", "%(n)s licenses activated", n)),
        ("joined", lambda n: ngettext("%(n)s group membership added", "%(n)s group memberships added", n)),
        ("left", lambda n: ngettext("%(n)s group membership ended", "%(n)s group memberships ended", n)),
        ("added", lambda n: ngettext("%(n)s person added", "%(n)s people added", n)),
        ("updated", lambda n: ngettext("%(n)s person updated", "%(n)s people updated", n)),
        ("removed", lambda n: ngettext("%(n)s person removed", "%(n)s people removed", n)),
        ("seats_freed", lambda n: ngettext("%(n)s seat freed", "%(n)s seats freed", n)),
        ("seats_taken", lambda n: ngettext("%(n)s seat taken", "%(n)s seats taken", n)),
        ("unchanged", lambda n: ngettext("%(n)s person unchanged", "%(n)s people unchanged", n)),
        ("problems", lambda n: ngettext("%(n)s line with a problem", "%(n)s lines with problems", n)),
        ("skipped", lambda n: ngettext("%(n)s person skipped", "%(n)s people skipped", n)),
    )
    return [phrase(counts[key]) % {"n": intcomma(counts[key])} for key, phrase in phrases if counts.get(key)]
