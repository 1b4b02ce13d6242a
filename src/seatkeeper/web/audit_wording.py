"""Words for what the audit log says in codes. A code without words is shown as it is."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

ACTS: Mapping[str, Promise] = {
    "account.authenticator_added": gettext_lazy("Added a second factor"),
    "account.authenticator_removed": gettext_lazy("Removed a second factor"),
    "account.authenticator_renewed": gettext_lazy("Made new recovery codes"),
    "account.password_changed": gettext_lazy("Changed the password"),
    "account.password_reset": gettext_lazy("Reset the password"),
    "account.second_factor_reset": gettext_lazy("Reset the second factor"),
    "admin.added": gettext_lazy("Added an admin"),
    "admin.changed": gettext_lazy("Changed what an admin may do"),
    "admin.ended": gettext_lazy("Ended admin access"),
    "admin.link_made": gettext_lazy("Made a sign-in link"),
    "brake.changed": gettext_lazy("Changed the brake"),
    "changes.exported": gettext_lazy("Downloaded the changes of an operation"),
    "content.added": gettext_lazy("Added content"),
    "content.removed": gettext_lazy("Removed content"),
    "deletion.asked": gettext_lazy("Asked for people to be deleted"),
    "deletion.called_off": gettext_lazy("Called off a deletion"),
    "group.added": gettext_lazy("Added a group"),
    "group.deleted": gettext_lazy("Deleted a group"),
    "group.renamed": gettext_lazy("Renamed a group"),
    "mail.confirmed": gettext_lazy("Confirmed the test mail"),
    "mail.tested": gettext_lazy("Sent a test mail"),
    "people.erased": gettext_lazy("Erased people"),
    "pool.activation_changed": gettext_lazy("Changed how a pool activates"),
    "pool.added": gettext_lazy("Added a pool"),
    "pool.seats_changed": gettext_lazy("Changed the seats of a pool"),
    "profile.connected": gettext_lazy("Connected a profile"),
    "profile.disconnected": gettext_lazy("Disconnected a profile"),
    "settings.contact_changed": gettext_lazy("Changed whom people contact"),
    "settings.invitation_subject_changed": gettext_lazy("Changed the subject of invitations"),
    "settings.invitation_text_changed": gettext_lazy("Changed the text of invitations"),
    "settings.language_changed": gettext_lazy("Changed the language"),
    "settings.learners_sign_in_changed": gettext_lazy("Changed whether learners sign in"),
    "sign_in.done": gettext_lazy("Signed in"),
    "sign_in.failed": gettext_lazy("Failed to sign in"),
    "sign_in.link_used": gettext_lazy("Used a sign-in link"),
    "sign_out": gettext_lazy("Signed out"),
    "token.made": gettext_lazy("Made a token"),
    "token.revoked": gettext_lazy("Revoked a token"),
    "users.exported": gettext_lazy("Downloaded users"),
}
