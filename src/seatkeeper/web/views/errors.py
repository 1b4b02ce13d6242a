"""When a page can't be shown: what happened and what to do next."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, TOO_LARGE):
        return _page(request, "413.html", 413)
    return _page(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "403.html", 403)


def forgery(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token of its session."""
    return _page(request, "403_csrf.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "404.html", 404)


def no_such_page(request: HttpRequest) -> HttpResponse:
    """For addresses that a library has and this product has not."""
    raise Http404


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the frame and without the database: it may be what failed."""
    return HttpResponse(render_to_string("500.html"), status=500)


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """In the frame for an admin, who goes on from there; bare for others."""
    layout = "web/base.html" if getattr(request, "admin", None) else "web/bare.html"
    return render(request, template, {"layout": layout}, status=status)
