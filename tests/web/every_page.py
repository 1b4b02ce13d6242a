"""Every address there is: how to ask for it validly, and who of the outsiders may open it, about their own things.

A new address needs a line in `PAGES`; `test_nobody_crosses.py` asks them all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from seatkeeper.accounts.models import ApiToken, Membership
from seatkeeper.directory.models import Group, Learner, Organization
from seatkeeper.erasing.models import Deletion
from seatkeeper.gate.models import Content
from seatkeeper.invitations.models import InvitationText
from seatkeeper.licensing.models import LicensePool, Operation
from seatkeeper.reports.models import SavedReport
from seatkeeper.uploads.models import Upload
from seatkeeper.usage.models import UsageFile

SECRET = "zebedee"  # in every name of what is Acme's and not of the group `Other`
SUB_ADMIN, OTHER_ADMIN, LEARNER, ANONYMOUS = "sub admin", "other admin", "learner", "anonymous"
OUTSIDERS = (SUB_ADMIN, OTHER_ADMIN, LEARNER, ANONYMOUS)
ADMINS = frozenset({SUB_ADMIN, OTHER_ADMIN})
EVERYONE = frozenset(OUTSIDERS)
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class World:
    """What there is at Acme to be crossed into."""

    acme: Organization
    group: Group
    learner: Learner
    pool: LicensePool
    operation: Operation
    upload: Upload
    admin: Membership  # limited to another group
    mail_token: str
    deletion: Deletion
    content: Content
    api_token: ApiToken
    invitation_text: InvitationText
    usage_file: UsageFile
    saved_report: SavedReport


@dataclass(frozen=True)
class Page:
    """How to ask for an address, validly; and who of the outsiders may open it, about their own things."""

    at: Callable[[World], tuple[Any, ...]] = lambda world: ()
    query: Callable[[World], Mapping[str, Any]] = lambda world: {}
    data: Callable[[World], Mapping[str, Any]] = lambda world: {}
    open_to: frozenset[str] = NOBODY
    owner_gets: tuple[int, ...] = (200, 302)
    ones_own: frozenset[str] = NOBODY  # tables in which whoever asks may change what is their own


def group_id(world: World) -> tuple[Any, ...]:
    return (world.group.id,)


def operation_number(world: World) -> tuple[Any, ...]:
    return (world.operation.number,)


def deletion_id(world: World) -> tuple[Any, ...]:
    return (world.deletion.id,)


def admin_id(world: World) -> tuple[Any, ...]:
    return (world.admin.id,)


PAGES: dict[str, Page] = {
    "start": Page(open_to=frozenset({SUB_ADMIN, OTHER_ADMIN, LEARNER})),
    "learning_management": Page(open_to=ADMINS),
    "overview": Page(open_to=ADMINS),
    "overview_idle": Page(open_to=ADMINS),
    "users": Page(open_to=ADMINS, query=lambda world: {"q": SECRET}),
    "user_suggestions": Page(open_to=ADMINS, query=lambda world: {"q": SECRET}),
    "user_count": Page(open_to=ADMINS, query=lambda world: {"q": SECRET}),
    "user_add": Page(
        open_to=ADMINS, data=lambda world: {"email": "new@acme.example", "pool": world.pool.key, "group": world.group.id}
    ),
    "profile": Page(at=lambda world: (world.learner.id,)),
    "manage_license": Page(at=lambda world: (world.learner.id, world.pool.id), data=lambda world: {"status": "none"}),
    "profile_disconnection": Page(at=lambda world: (world.learner.id,)),
    "profile_suspension": Page(at=lambda world: (world.learner.id,), data=lambda world: {"act": "suspend"}),
    "profile_merge": Page(
        at=lambda world: (world.learner.id,), data=lambda world: {"email": world.learner.email}, owner_gets=(200, 422)
    ),
    "profile_joins": Page(at=lambda world: (world.learner.id,), data=lambda world: {"group": world.group.id}),
    "profile_leaves": Page(at=lambda world: (world.learner.id,), data=lambda world: {"group": world.group.id}),
    "manage_licenses": Page(
        open_to=ADMINS,
        query=lambda world: {"id": world.learner.id},
        data=lambda world: {"id": world.learner.id, "what": "none", "reason": "left"},
        owner_gets=(200, 422),  # nothing is done whose numbers were not shown
    ),
    "manage_invitations": Page(
        open_to=ADMINS,
        query=lambda world: {"id": world.learner.id},
        data=lambda world: {"id": world.learner.id, "what": "withdraw"},
        owner_gets=(200, 422),  # nobody is invited
    ),
    "groups": Page(open_to=ADMINS, data=lambda world: {"name": "New"}),
    "group": Page(at=group_id),
    "group_rename": Page(at=group_id, data=lambda world: {"name": "Renamed"}),
    "group_delete": Page(at=group_id),
    "group_add_member": Page(at=group_id, data=lambda world: {"email": world.learner.email}),
    "group_remove_members": Page(at=group_id, data=lambda world: {"id": world.learner.id}),
    "group_members": Page(data=lambda world: {"id": world.learner.id, "group": world.group.id}),
    "pools": Page(open_to=ADMINS),
    "pool_add": Page(
        data=lambda world: {"budget_group": "R&D", "license_type": "Pro", "seats": 5, "activation": "invite"},
        open_to=frozenset({OTHER_ADMIN}),
    ),
    "pool_change": Page(at=lambda world: (world.pool.id,), data=lambda world: {"seats": 77, "activation": "invite"}),
    "course": Page(at=lambda world: ("python",), open_to=EVERYONE),
    "contents": Page(open_to=frozenset({OTHER_ADMIN})),
    "content_add": Page(
        data=lambda world: {"title": "Course", "address": "/course", "kind": "course", "is_free": "on"},
        open_to=frozenset({OTHER_ADMIN}),
    ),
    "content_remove": Page(at=lambda world: (world.content.id,)),
    "tokens": Page(data=lambda world: {"name": "App", "scopes": "access", "days": "9"}, open_to=frozenset({OTHER_ADMIN})),
    "token_revocation": Page(at=lambda world: (world.api_token.pk,)),
    "uploads": Page(open_to=ADMINS),
    "upload_new": Page(open_to=ADMINS, owner_gets=(200, 422)),  # 422: without a file
    "upload_template": Page(open_to=ADMINS),
    "upload": Page(at=lambda world: (world.operation.number,)),
    "upload_apply": Page(at=lambda world: (world.operation.number,)),
    "upload_cancel": Page(at=lambda world: (world.operation.number,)),
    "upload_results": Page(at=lambda world: (world.operation.number,)),
    "downloads": Page(open_to=ADMINS),
    "usage_files": Page(open_to=frozenset({OTHER_ADMIN}), owner_gets=(200, 422)),  # 422: without a file
    "usage_file_problems": Page(at=lambda world: (world.usage_file.pk,)),
    "usage_discard": Page(
        open_to=frozenset({OTHER_ADMIN}),
        data=lambda world: {"waits_for": "learner", "name": f"{SECRET}@unknown.example"},
    ),
    "user_deletion": Page(
        open_to=frozenset({OTHER_ADMIN}),
        query=lambda world: {"id": world.learner.id},
        data=lambda world: {"id": world.learner.id, "typed": "1"},
    ),
    "deletions": Page(open_to=frozenset({OTHER_ADMIN})),
    "deletion_new": Page(open_to=frozenset({OTHER_ADMIN}), owner_gets=(200, 422)),  # 422: without a file
    "deletion": Page(at=deletion_id, data=lambda world: {"typed": "1"}),
    "deletion_call_off": Page(at=deletion_id),
    "deletion_problems": Page(at=deletion_id),
    "operations": Page(open_to=ADMINS),
    "operation": Page(at=operation_number),
    "operation_reversals": Page(at=operation_number, data=lambda world: {"reason": "Wrong file."}),
    "operation_runs": Page(at=operation_number, data=lambda world: {"unassigned": "0"}, owner_gets=(409,)),
    "operation_cancellation": Page(at=operation_number, owner_gets=(409,)),
    "operation_changes": Page(at=operation_number),
    "reports": Page(open_to=ADMINS),
    "report": Page(at=lambda world: ("licenses",), open_to=ADMINS, query=lambda world: {"q": SECRET}),
    "report_numbers": Page(at=lambda world: ("licenses",), open_to=ADMINS, query=lambda world: {"q": SECRET}),
    "report_file": Page(at=lambda world: ("licenses",), open_to=ADMINS, query=lambda world: {"q": SECRET}),
    "saved_reports": Page(open_to=ADMINS),
    "saved_report_add": Page(
        at=lambda world: ("licenses",),
        data=lambda world: {"name": "Own", "schedule": "daily"},
        open_to=ADMINS,
        ones_own=frozenset({"reports.savedreport"}),
    ),
    "saved_report": Page(at=lambda world: (world.saved_report.id,), data=lambda world: {"act": "delete"}),
    "admins": Page(open_to=ADMINS),
    "admin_add": Page(open_to=ADMINS, data=lambda world: {"email": "new@acme.example", "manage_users": world.group.id}),
    "admin_change": Page(at=admin_id, data=lambda world: {"role": "sub", "manage_users": world.group.id}),
    "admin_end": Page(at=admin_id),
    "admin_link": Page(at=admin_id),
    "audit": Page(open_to=frozenset({OTHER_ADMIN})),
    "settings": Page(open_to=frozenset({OTHER_ADMIN})),
    "settings_change": Page(
        at=lambda world: ("brake",),
        data=lambda world: {"percent": "9", "at_least": "9"},
        open_to=frozenset({OTHER_ADMIN}),
    ),
    "help": Page(open_to=ADMINS),
    "help_page": Page(at=lambda world: ("filters",), open_to=ADMINS),
    "learning": Page(open_to=ADMINS),
    "learn_home": Page(
        open_to=frozenset({LEARNER}),
        owner_gets=(404,),
        query=lambda world: {"own": world.content.title},  # the learner's license opens it
    ),
    "learn_history": Page(open_to=frozenset({LEARNER}), owner_gets=(404,)),
    "learn_data": Page(
        open_to=frozenset({LEARNER}),
        owner_gets=(404,),
        query=lambda world: {"own": world.learner.email, "group": world.group.name},  # their own comes back
    ),
    "waiting_settings": Page(
        data=lambda world: {"act": "rules", "offer_hours": 1, "rest_minutes": 1, "rest_above": 10},
        open_to=frozenset({OTHER_ADMIN}),
        ones_own=frozenset({"licensing.books"}),
    ),
    "invitation_texts": Page(
        data=lambda world: {"good_for_days": 9, "remind_after_days": 3},
        open_to=frozenset({OTHER_ADMIN}),
        ones_own=frozenset({"invitations.invitationrules"}),
    ),
    "invitation_text_add": Page(
        data=lambda world: {"name": "Own", "subject": "Own", "text": "{link}"},
        open_to=frozenset({OTHER_ADMIN}),
    ),
    "invitation_text_change": Page(at=lambda world: (world.invitation_text.id,), data=lambda world: {"act": "delete"}),
    "learn_licenses": Page(open_to=frozenset({LEARNER}), owner_gets=(404,)),
    "license_requests": Page(open_to=ADMINS, owner_gets=(200, 302, 422), data=lambda world: {"act": "approve"}),
    "pool_waitlist": Page(
        at=lambda world: (world.pool.id,),
        data=lambda world: {"learner": world.learner.id},
        open_to=frozenset({SUB_ADMIN}),
    ),
    "gate_check": Page(open_to=EVERYONE, owner_gets=(403,)),  # asked about no address
    "refused": Page(open_to=EVERYONE, query=lambda world: {"address": "/courses"}),
    "me": Page(
        open_to=ADMINS,
        data=lambda world: {"name": "Kim", "language": "en"},
        ones_own=frozenset({"accounts.account", "accounts.membership"}),
    ),
    "me_profile": Page(
        open_to=ADMINS, data=lambda world: {"email": world.learner.email}, ones_own=frozenset({"accounts.profilecode"})
    ),
    "me_profile_code": Page(open_to=ADMINS, data=lambda world: {"code": "ABCDEFGH"}, owner_gets=(422,)),
    "me_profile_disconnection": Page(open_to=ADMINS),
    "choose_organization": Page(data=lambda world: {"organization": world.acme.id}, open_to=frozenset({SUB_ADMIN})),
    "my_notices": Page(open_to=ADMINS, data=lambda world: {"held-by_mail": "on"}, ones_own=frozenset({"notices.preference"})),
    "notices": Page(open_to=ADMINS),
    "notice_readings": Page(open_to=ADMINS),
    "mail_tests": Page(open_to=frozenset({OTHER_ADMIN})),
    "mail_confirmation": Page(at=lambda world: (world.mail_token,)),
    "mail_retries": Page(open_to=frozenset({OTHER_ADMIN})),
}
