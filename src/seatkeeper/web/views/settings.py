"""Settings of an organization: for who manages IT settings, for everyone."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from seatkeeper.accounts.permissions import Permission
from seatkeeper.accounts.services.settings import change_settings, is_sound_contact
from seatkeeper.directory.models import Organization, OrganizationSettings
from seatkeeper.directory.time_zones import time_zones
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Books
from seatkeeper.licensing.services.brake import brake_limit, set_brake
from seatkeeper.notices.queries import mail_overview
from seatkeeper.web.forms import PageForm, seats_field
from seatkeeper.web.invitation_words import filled, one_line, subject_field, text_field, with_link
from seatkeeper.web.requests import AdminRequest, admin_required

PERCENT_FAULT = gettext_lazy("Write a number from 0 to 100, with at most two decimals.")


class BrakeForm(PageForm):
    """Above how many licenses a day a person is asked."""

    percent = forms.DecimalField(
        label=gettext_lazy("Percent of the active licenses"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits"),
            PERCENT_FAULT,
        ),
    )
    at_least = seats_field(
        gettext_lazy("But at least"),
        help_text=gettext_lazy("Up to this number a day nobody is asked, however small the organization."),
    )


class LanguageForm(PageForm):
    language = forms.ChoiceField(
        label=gettext_lazy("Language of pages and mails"),
        required=False,
        choices=[("", gettext_lazy("As each person's browser asks")), *settings.LANGUAGES],
        help_text=gettext_lazy("For people who chose no language themselves."),
        error_messages={"invalid_choice": gettext_lazy("Choose a language of the list.")},
    )


class TimeZoneForm(PageForm):
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=lambda: [(name, name.replace("_", " ")) for name in time_zones()],
        help_text=gettext_lazy("Pages and mails show times in it, and days of reports begin by it."),
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose a time zone of the list.")),
    )


class SignInForm(PageForm):
    """Whether learners sign in, and whom the organization's sign-in lets in."""

    learners_sign_in = forms.BooleanField(
        label=gettext_lazy("Learners sign in"),
        required=False,
        help_text=gettext_lazy("By a code mailed to the address of their profile, or by the organization's sign-in."),
    )
    sign_in_adds_people = forms.BooleanField(
        label=gettext_lazy("The organization's sign-in adds people"),
        required=False,
        help_text=gettext_lazy("Who comes with a verified address and has no profile yet gets one."),
    )


class InvitationForm(PageForm):
    """Words of the invitation; empty: the product's own."""

    invitation_subject = subject_field(required=False)
    invitation_text = text_field(required=False)

    def clean_invitation_subject(self) -> str:
        return one_line(str(self.cleaned_data["invitation_subject"]))

    def clean_invitation_text(self) -> str:
        return with_link(str(self.cleaned_data["invitation_text"]))


class ContactForm(PageForm):
    contact = forms.CharField(
        label=gettext_lazy("E-mail address or page"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Where Contact us in Help leads. Empty: the link is not shown."),
    )

    def clean_contact(self) -> str:
        contact = str(self.cleaned_data["contact"]).strip()
        if not is_sound_contact(contact):
            raise ValidationError(_("Write an e-mail address, or an address that begins with https://."))
        return contact


FORMS: dict[str, type[PageForm]] = {
    "brake": BrakeForm,
    "language": LanguageForm,
    "time_zone": TimeZoneForm,
    "signing_in": SignInForm,
    "invitation": InvitationForm,
    "contact": ContactForm,
}


@require_GET
@admin_required(Permission.MANAGE_IT_SETTINGS, for_everyone=True)
def settings_page(request: AdminRequest) -> HttpResponse:
    return _page(request)


@require_http_methods(["POST"])
@admin_required(Permission.MANAGE_IT_SETTINGS, for_everyone=True)
def settings_change(request: AdminRequest, what: str) -> HttpResponse:
    """One part of the page; the others keep what they have."""
    if what not in FORMS:
        raise Http404
    form = FORMS[what](request.POST)
    if not form.is_valid():
        return _page(request, tried={what: form})
    if what == "invitation" and "preview" in request.POST:
        return _page(request, preview=form.cleaned_data, tried={what: form})
    asker: dict[str, Any] = {
        "organization_id": request.admin.organization_id,
        "actor": request.admin.actor,
        "now": system_clock(),
    }
    if what == "brake":
        set_brake(**asker, **form.cleaned_data)
    else:
        change_settings(**asker, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("settings")


def _page(
    request: AdminRequest, *, preview: dict[str, str] | None = None, tried: dict[str, PageForm] | None = None
) -> HttpResponse:
    tried = tried or {}
    organization_id = request.admin.organization_id
    books = Books.objects.get(organization_id=organization_id)
    chosen = OrganizationSettings.objects.filter(organization_id=organization_id).first() or OrganizationSettings()
    brake = {"percent": books.brake_percent.normalize(), "at_least": books.brake_at_least}
    initial: dict[str, Any] = dict.fromkeys(FORMS, vars(chosen)) | {"brake": brake}
    facts: dict[str, Any] = {f"{name}_form": tried.get(name) or FORMS[name](initial=initial[name]) for name in FORMS}
    subject, text = (preview or vars(chosen)).get("invitation_subject"), (preview or vars(chosen)).get("invitation_text")
    name = Organization.objects.values_list("name", flat=True).get(id=organization_id)
    facts |= {
        "limit": brake_limit(books),
        "mail": mail_overview(organization_id),
        "public_url": settings.PUBLIC_URL,
        "mail_host": settings.EMAIL_HOST,
        "mail_from": settings.DEFAULT_FROM_EMAIL,
        "is_preview": preview is not None,
        "preview_subject": subject or _("Your license at %(organization)s is waiting") % {"organization": name},
        "preview_text": filled(text or _default_text(name)),
    }
    status = 422 if any(form.errors for form in tried.values()) else 200
    return render(request, "web/settings.html", facts, status=status)


def _default_text(organization: str) -> str:
    return _(
        "Hello {name},\n\n%(organization)s has a license for you. Activate it here:\n\n{link}\n\n"
        "Seats go to the first who activate."
    ) % {"organization": organization}


urls = [
    path("admin-center/settings/", settings_page, name="settings"),
    path("admin-center/settings/<slug:what>/", settings_change, name="settings_change"),
]
