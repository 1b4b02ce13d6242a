"""A page for content that no other server has: of the sample's catalogue. The gate decides, as everywhere."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.gate.queries import answer_to_browser
from seatkeeper.gate.spool import note_opening
from seatkeeper.kernel.clock import system_clock
from seatkeeper.web.asking import about_own, way_on


@require_GET
def course(request: HttpRequest, slug: str) -> HttpResponse:
    now, about = system_clock(), about_own(request)
    session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    found = answer_to_browser(session_key=session_key, about=about, now=now)
    if not found.is_allowed:
        return redirect(way_on(found, about))
    note_opening(found, now=now)
    return render(request, "web/learn/course.html", {"title": found.content_title})


urls = [path("learn/courses/<path:slug>", course, name="course")]
