"""Content: what there is to open and what opens it. For who manages IT settings, for everyone."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from seatkeeper.accounts.permissions import Permission
from seatkeeper.gate.addresses import LONGEST
from seatkeeper.gate.catalogue import contents_of
from seatkeeper.gate.errors import AddressTaken, BadAddress, NothingOpens, UnknownContent
from seatkeeper.gate.models import Content, Kind
from seatkeeper.gate.services.content import add_content, remove_content
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import LicenseType
from seatkeeper.web.forms import PageForm, name_field
from seatkeeper.web.requests import AdminRequest, admin_required

MOST_MINUTES = 1_000_000
NO_MINUTES = gettext_lazy("Write a whole number from 1 to 1,000,000, or nothing.")
CHOOSE = gettext_lazy("Choose one of the list.")


class ContentForm(PageForm):
    """One content. The license types are the organization's."""

    title = name_field(gettext_lazy("Title"))
    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=LONGEST,
        help_text=gettext_lazy("A path, such as /courses/python, with all below it; or a URL that begins with https://."),
        error_messages={"required": gettext_lazy("Write an address.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices, error_messages={"invalid_choice": CHOOSE})
    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), NO_MINUTES),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    is_free = forms.BooleanField(label=gettext_lazy("Free: open to everyone, signed in or not"), required=False)
    license_types = forms.MultipleChoiceField(
        label=gettext_lazy("License types that open it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": CHOOSE},
    )

    def __init__(self, *args: object, types: list[LicenseType], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["license_types"].choices = [(one.key, one.title) for one in types]  # type: ignore[attr-defined]


@require_GET
@admin_required(Permission.MANAGE_IT_SETTINGS, for_everyone=True)
def contents(request: AdminRequest) -> HttpResponse:
    return render(request, "web/contents.html", {"contents": contents_of(request.admin.organization_id)})


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_IT_SETTINGS, for_everyone=True)
def content_add(request: AdminRequest) -> HttpResponse:
    organization_id = request.admin.organization_id
    types = list(LicenseType.objects.filter(organization_id=organization_id).order_by("key"))
    form = ContentForm(request.POST if request.method == "POST" else None, types=types)
    if request.method == "POST" and form.is_valid():
        actor, now = request.admin.actor, system_clock()
        try:
            added = add_content(organization_id=organization_id, **form.cleaned_data, actor=actor, now=now)
        except BadAddress:
            form.add_error("address", _("Write a path or a URL that begins with https://, without ?, # or blanks."))
        except AddressTaken as error:
            form.add_error("address", _("“%(title)s” has this address.") % {"title": error.title})
        except NothingOpens:
            form.add_error("license_types", _("Choose what opens it, or make it free."))
        else:
            messages.success(request, _("Content %(title)s is added.") % {"title": added.title})
            return redirect("contents")
    return render(request, "web/content_add.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_IT_SETTINGS, for_everyone=True)
def content_remove(request: AdminRequest, content_id: int) -> HttpResponse:
    organization_id = request.admin.organization_id
    content = get_object_or_404(Content, organization_id=organization_id, id=content_id, removed_at=None)
    if request.method == "POST":
        actor, now = request.admin.actor, system_clock()
        try:
            remove_content(organization_id=organization_id, content_id=content.id, actor=actor, now=now)
        except UnknownContent:
            raise Http404 from None
        messages.success(request, _("Content %(title)s is removed.") % {"title": content.title})
        return redirect("contents")
    return render(request, "web/content_remove.html", {"content": content})


urls = [
    path("admin-center/content/", contents, name="contents"),
    path("admin-center/content/new/", content_add, name="content_add"),
    path("admin-center/content/<int:content_id>/removal/", content_remove, name="content_remove"),
]
