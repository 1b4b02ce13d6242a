"""The product's own server, with an empty view at the gate's place in it: what the gate is compared with."""

from django.http import HttpRequest, HttpResponse

from seatkeeper.config.wsgi import application
from seatkeeper.web.middleware import ASKED_FIRST


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={"Content-Length": "0"})


ASKED_FIRST["/empty"] = empty

__all__ = ["application"]
