"""Mail set-up: the test mail and its confirmation, and mails that did not go out."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from seatkeeper.accounts.permissions import Permission
from seatkeeper.kernel.clock import system_clock
from seatkeeper.notices.services.send import retry_failed
from seatkeeper.notices.services.test_mail import confirm_mail, is_open, send_test_mail
from seatkeeper.web.numbers import number
from seatkeeper.web.requests import AdminRequest, admin_required


@require_POST
@admin_required(Permission.MANAGE_IT_SETTINGS, for_everyone=True)
def mail_tests(request: AdminRequest) -> HttpResponse:
    """Send one to who asks."""
    admin = request.admin
    if not settings.EMAIL_HOST:
        messages.warning(request, _("No mail server is set, so no mail can go."))
        return redirect("settings")
    send_test_mail(organization_id=admin.organization_id, recipient=admin.email, actor=admin.actor, now=system_clock())
    words = _("A test mail is on its way to %(address)s. Open it and use its button.") % {"address": admin.email}
    messages.success(request, words)
    return redirect("settings")


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required(Permission.MANAGE_IT_SETTINGS, for_everyone=True)
def mail_confirmation(request: AdminRequest, token: str) -> HttpResponse:
    """Opening the link shows a button; only the button confirms: mail scanners open links, too."""
    admin = request.admin
    if not is_open(organization_id=admin.organization_id, token=token):
        raise Http404
    if request.method != "POST":
        return render(request, "web/mail_confirmation.html")
    confirm_mail(organization_id=admin.organization_id, token=token, actor=admin.actor, now=system_clock())
    messages.success(request, _("Mail is confirmed. Mail to learners goes from now on."))
    return redirect("settings")


@require_POST
@admin_required(Permission.MANAGE_IT_SETTINGS, for_everyone=True)
def mail_retries(request: AdminRequest) -> HttpResponse:
    """Send again what was given up."""
    count = retry_failed(organization_id=request.admin.organization_id, now=system_clock())
    words = ngettext("%(shown)s mail is tried again.", "%(shown)s mails are tried again.", count)
    messages.success(request, words % {"shown": number(count)})
    return redirect("settings")


urls = [
    path("admin-center/mail/tests/", mail_tests, name="mail_tests"),
    path("admin-center/mail/confirmations/<str:token>/", mail_confirmation, name="mail_confirmation"),
    path("admin-center/mail/retries/", mail_retries, name="mail_retries"),
]
