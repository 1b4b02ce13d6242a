"""Download users via CSV."""

from tempfile import TemporaryFile
from typing import BinaryIO, cast

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from seatkeeper.accounts.permissions import Permission
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.filters import learners_matching
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.queries import pools_of
from seatkeeper.uploads.export import export_learners
from seatkeeper.web.requests import AdminRequest, admin_required


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required(Permission.MANAGE_USERS)
def downloads(request: AdminRequest) -> HttpResponse:
    pools = list(pools_of(request.admin.organization_id).values())
    text = (request.POST if request.method == "POST" else request.GET).get("q", "").strip()
    if request.method != "POST":
        return render(request, "web/downloads.html", {"text": text, "pools": pools})
    wanted = set(request.POST.getlist("licenses"))
    if wanted - {str(pool.id) for pool in pools}:
        raise Http404
    now, reach = system_clock(), request.admin.reach(Permission.MANAGE_USERS)
    output = cast(BinaryIO, TemporaryFile())  # noqa: SIM115  the response closes it
    try:
        people = learners_matching(reach.organization_id, text, today=now.date(), reach=reach) if text else reach.learners()
        rows = export_learners(
            None if reach.is_everyone and not text else people,
            organization_id=reach.organization_id,
            pools=[pool for pool in pools if str(pool.id) in wanted],
            groups=False,
            columns=None,
            output=output,
        )
    except FilterRefused as error:
        output.close()
        fault = _("The filter is not understood: %(fault)s.") % {"fault": error.fault}
        return render(request, "web/downloads.html", {"text": text, "pools": pools, "fault": fault}, status=422)
    log_act(
        organization_id=reach.organization_id,
        actor=request.admin.actor,
        action="users.exported",
        now=now,
        filter=text,
        rows=rows,
    )
    output.seek(0)
    name = f"users-{now:%Y-%m-%d}.csv"
    response: HttpResponseBase = FileResponse(output, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
    return cast(HttpResponse, response)


urls = [
    path("admin-center/downloads/", downloads, name="downloads"),
]
