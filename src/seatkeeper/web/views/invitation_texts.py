"""Invitations in the organization's own words, and how long their links are good: for who manages IT settings, for everyone."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from seatkeeper.accounts.permissions import Permission
from seatkeeper.invitations.errors import TextExists
from seatkeeper.invitations.models import InvitationText
from seatkeeper.invitations.queries import rules_of
from seatkeeper.invitations.services.texts import change_rules, delete_text, save_text, send_sample, texts_of
from seatkeeper.kernel.clock import system_clock
from seatkeeper.web.forms import PageForm, name_field
from seatkeeper.web.invitation_words import filled, one_line, subject_field, text_field, with_link
from seatkeeper.web.requests import AdminRequest, admin_required

MOST_DAYS = 365
BIGGEST_ID = (1 << 63) - 1


def _days_field(label: Any, help_text: Any) -> forms.IntegerField:
    fault = gettext_lazy("Write a whole number from 1 to 365.")
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=help_text,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), fault),
    )


class DaysForm(PageForm):
    good_for_days = _days_field(
        gettext_lazy("Days a link is good"), gettext_lazy("Of invitations that are mailed from now on.")
    )
    remind_after_days = _days_field(
        gettext_lazy("Days between two mails"), gettext_lazy("Nobody is reminded sooner than that after a mail.")
    )


class TextForm(PageForm):
    name = name_field(gettext_lazy("Name"), help_text=gettext_lazy("For admins, who choose by it. Learners never see it."))
    subject = subject_field(required=True)
    text = text_field(required=True)

    def clean_name(self) -> str:
        return one_line(str(self.cleaned_data["name"]))

    def clean_subject(self) -> str:
        return one_line(str(self.cleaned_data["subject"]))

    def clean_text(self) -> str:
        return with_link(str(self.cleaned_data["text"]))


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_IT_SETTINGS, for_everyone=True)
def invitation_texts(request: AdminRequest) -> HttpResponse:
    home = request.admin.organization_id
    form = DaysForm(request.POST if request.method == "POST" else None, initial=vars(rules_of(home)))
    if request.method == "POST" and form.is_valid():
        change_rules(organization_id=home, actor=request.admin.actor, now=system_clock(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("invitation_texts")
    facts = {"form": form, "texts": texts_of(home)}
    return render(request, "web/invitation_texts.html", facts, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_IT_SETTINGS, for_everyone=True)
def invitation_text_add(request: AdminRequest) -> HttpResponse:
    return _text(request, None)


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_IT_SETTINGS, for_everyone=True)
def invitation_text_change(request: AdminRequest, text_id: int) -> HttpResponse:
    if text_id > BIGGEST_ID:
        raise Http404
    own = get_object_or_404(texts_of(request.admin.organization_id), id=text_id)
    if request.POST.get("act") == "delete":
        asker: dict[str, Any] = {"actor": request.admin.actor, "now": system_clock()}
        delete_text(organization_id=request.admin.organization_id, text_id=own.id, **asker)
        messages.success(request, _("Deleted. Mails that have not gone yet have the default words."))
        return redirect("invitation_texts")
    return _text(request, own)


def _text(request: AdminRequest, own: InvitationText | None) -> HttpResponse:
    """Save it, show it, or send it to who asks: `act` says which."""
    form = TextForm(request.POST if request.method == "POST" else None, initial=vars(own) if own else {})
    if not form.is_valid():
        return _form(request, form, own)
    act, words = request.POST.get("act", ""), form.cleaned_data
    asker: dict[str, Any] = {"organization_id": request.admin.organization_id, "now": system_clock()}
    asker["actor"] = request.admin.actor
    if act == "preview":
        return _form(request, form, own, preview={"subject": words["subject"], "text": filled(words["text"])})
    if act == "send":
        send_sample(subject=words["subject"], text=words["text"], **asker)
        messages.success(request, _("Sent to %(email)s. Nothing was saved.") % {"email": request.admin.actor})
        return _form(request, form, own)
    try:
        save_text(text_id=own.id if own else None, **words, **asker)
    except TextExists:
        form.add_error("name", _("An invitation has this name already."))
        return _form(request, form, own)
    messages.success(request, _("Saved."))
    return redirect("invitation_texts")


def _form(request: AdminRequest, form: TextForm, own: InvitationText | None, **more: Any) -> HttpResponse:
    facts = {"form": form, "own": own} | more
    return render(request, "web/invitation_text.html", facts, status=422 if form.errors else 200)


urls = [
    path("admin-center/invitation-texts/", invitation_texts, name="invitation_texts"),
    path("admin-center/invitation-texts/new/", invitation_text_add, name="invitation_text_add"),
    path("admin-center/invitation-texts/<int:text_id>/", invitation_text_change, name="invitation_text_change"),
]
