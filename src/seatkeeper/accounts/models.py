"""Sign-ins, who is an admin of what, and the log of what admins do beside licenses.

An account is global to the installation; a membership ties it to an organization.
"""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from seatkeeper.accounts.permissions import Permission
from seatkeeper.directory.models import Group, Learner, Organization
from seatkeeper.kernel.fields import KeyField
from seatkeeper.kernel.profile_json import CanonicalEncoder


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        account = self.model(email=email.strip().lower(), **fields)
        account.set_password(password)
        account.save()
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """A sign-in."""

    email = KeyField(unique=True)
    name = models.TextField(blank=True, default="")
    language = models.TextField(blank=True, default="")  # a tag such as pt-BR; "": as the browser asks
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email


class Membership(models.Model):
    """An account in an organization: as an admin, as the owner of a connected profile, or both."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    is_admin = models.BooleanField(default=False)
    is_full_admin = models.BooleanField(default=False)
    name = models.TextField(default="", db_default="")  # as whoever added the admin wrote it, then as its owner does
    # Where people go whom an admin limited to groups adds.
    new_people_group = models.ForeignKey(Group, on_delete=models.SET_NULL, null=True, related_name="+")
    learner = models.ForeignKey(Learner, on_delete=models.SET_NULL, null=True, related_name="+", db_constraint=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organization", "account"), name="membership_once"),)

    def __str__(self) -> str:
        return f"{self.account_id} in {self.organization_id}"


class Grant(models.Model):
    """One permission of a sub admin, for one group or (`group` empty) for everyone."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="grants")
    permission = models.TextField(choices=Permission.choices)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("membership", "permission", "group"), name="grant_once"),
            # An empty group differs from every other empty one: it needs a rule of its own.
            models.UniqueConstraint(
                fields=("membership", "permission"), condition=models.Q(group=None), name="grant_for_everyone_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.permission} of {self.membership_id}"


class LinkKind(models.TextChoices):
    """Whom a link lets in. All kinds look alike to whoever has one."""

    COMMAND = "command"  # made on the server: its account
    FIRST = "first"  # made by an admin: its account, as long as that has never signed in
    SIGN_IN = "sign_in"  # made by an admin for an account that others rely on, too: leads to the sign-in page


class SignInLink(models.Model):
    """A link that signs its account in, once. Only a hash of it is kept."""

    digest = models.TextField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    kind = models.TextField(choices=LinkKind.choices, default=LinkKind.COMMAND, db_default=LinkKind.COMMAND)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"for {self.account_id}"


class ProfileCode(models.Model):
    """A code mailed to a learner's address, with which a membership may connect that profile; none, for an unknown address."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, primary_key=True)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False)
    digest = models.TextField()
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"for {self.membership_id}"


class ApiToken(models.Model):
    """What an application shows to be let in. Only a hash of it is kept."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    name = models.TextField()
    scopes = models.TextField()  # words of `TokenScope`, a blank between
    digest = models.TextField(unique=True)
    ending = models.TextField()  # its last signs, to tell it from others
    made_by = models.TextField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """Something an admin did that is no license change. Only ever inserted: triggers refuse all else,
    but that people who are erased are taken out of `actor` and `facts` (see `AuditErasure`).

    When an organization goes, it goes first and its entries after it, in one transaction.
    """

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.DO_NOTHING)
    at = models.DateTimeField()
    actor = models.TextField()
    action = models.TextField()  # "pool.seats_changed", "admin.added", "export", …
    facts = models.JSONField(default=dict, encoder=CanonicalEncoder)

    class Meta:
        indexes = (
            models.Index(fields=("organization", "-id"), name="audit_newest"),
            models.Index(fields=("organization", "actor", "id"), name="audit_of_actor"),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.id}"


class AuditErasure(models.Model):
    """A row is there only within a transaction that erases people from an organization's audit log: the triggers ask for it."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, primary_key=True)

    def __str__(self) -> str:
        return f"in {self.organization_id}"
