"""Whose sign-in it is that the organization's provider vouches for.

By subject, else by unique user id, else by verified address. An admin is let in by the verified address alone:
ids of profiles are written by admins who may be limited to groups.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from seatkeeper.accounts.models import Account, Membership
from seatkeeper.accounts.queries import admin_account
from seatkeeper.accounts.services.learner_sign_in import Connection, account_for_code, connect, profiles_with
from seatkeeper.arrivals.rules import Identity, Refusal
from seatkeeper.arrivals.services.add import add_who_came
from seatkeeper.directory.models import Learner, Organization, OrganizationSettings
from seatkeeper.kernel.clock import Clock
from seatkeeper.notices.services.tell_arrivals import tell_of_two_profiles

SOURCE = "the organization's sign-in"


@dataclass(frozen=True, slots=True)
class Recognized:
    """The account that signs in, and the profile that was connected with it just now."""

    account: Account
    connected: Learner | None = None


def recognize(
    identity: Identity, *, by_subject: Account | None, home: Organization | None, clock: Clock
) -> Recognized | Refusal:
    """`by_subject`: whose sign-in this subject was before. `home`: whose people have unique user ids of the provider."""
    if identity.email and (admin := admin_account(identity.email)):
        return Recognized(admin)
    if by_subject and by_subject.is_active and _is_learner_only(by_subject):
        return Recognized(by_subject)
    if home is None or not _let_in(home):
        return _by_address(identity)
    return _in_home(identity, home, clock)


def _is_learner_only(account: Account) -> bool:
    memberships = list(account.memberships.all())
    return bool(memberships) and not any(membership.is_admin for membership in memberships)


def _let_in(home: Organization) -> bool:
    return not OrganizationSettings.objects.filter(organization=home, learners_sign_in=False).exists()


def _by_address(identity: Identity) -> Recognized | Refusal:
    """Profiles with the verified address are connected once the sign-in is done."""
    if identity.email and profiles_with(identity.email).exists() and (account := account_for_code(identity.email)):
        return Recognized(account)
    return Refusal.UNKNOWN


def _in_home(identity: Identity, home: Organization, clock: Clock) -> Recognized | Refusal:
    people = Learner.objects.filter(organization=home)
    by_id = people.filter(unique_user_id=identity.unique_user_id).first() if identity.unique_user_id else None
    by_email = people.filter(email=identity.email).first() if identity.email else None
    if by_id and by_email and by_id.id != by_email.id:
        return _two(by_id, by_email, clock())
    profile = by_id or by_email
    if profile:
        return _connected(identity, profile, clock())
    known_elsewhere = _by_address(identity)
    if known_elsewhere is not Refusal.UNKNOWN or not identity.email or not _adds_people(home):
        return known_elsewhere
    return _connected(identity, add_who_came(identity, organization_id=home.id, clock=clock), clock())


def _adds_people(home: Organization) -> bool:
    return OrganizationSettings.objects.filter(organization=home, sign_in_adds_people=True).exists()


@transaction.atomic
def _connected(identity: Identity, profile: Learner, now: datetime) -> Recognized | Refusal:
    account = _account(identity, profile)
    if account is None or not account.is_active:
        return Refusal.CONNECTED
    mine = Membership.objects.filter(organization_id=profile.organization_id, account=account).first()
    if mine and mine.learner_id not in (None, profile.id):
        other = Learner.objects.filter(organization_id=profile.organization_id, id=mine.learner_id).first()
        if other:
            return _two(profile, other, now)
    connection = connect(account=account, learner=profile, by=SOURCE, now=now)
    if connection is Connection.REFUSED:
        return Refusal.CONNECTED
    return Recognized(account, profile if connection is Connection.NEW else None)


def _account(identity: Identity, profile: Learner) -> Account | None:
    """By the verified address; without one, a sign-in that opens nothing but this profile."""
    if identity.email:
        return _made(identity.email)
    connected = Account.objects.filter(memberships__learner=profile).first()
    account = connected or Account.objects.filter(email=profile.email).first()
    if account is None:
        return _made(profile.email)
    opens_more = account.memberships.exclude(organization_id=profile.organization_id, is_admin=False).exists()
    return None if opens_more else account


def _made(email: str) -> Account:
    account, _ = Account.objects.get_or_create(email=email, defaults={"password": make_password(None)})
    return account


def _two(some: Learner, other: Learner, now: datetime) -> Refusal:
    tell_of_two_profiles(some, other, now=now)
    return Refusal.TWO_PROFILES
