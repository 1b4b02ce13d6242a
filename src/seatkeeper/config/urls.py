"""Addresses. Each room of the web has its own list; see `seatkeeper.web.urls`."""

from django.urls import include, path, re_path

from seatkeeper.web.views.errors import no_such_page

# Of allauth's pages, those that would make accounts or change whose they are.
CLOSED = r"^account/(?:signup|email|confirm-email|social|3rdparty/(?:signup/)?$|2fa/webauthn/signup|login/code)"

urlpatterns = [
    re_path(CLOSED, no_such_page),
    path("account/", include("allauth.urls")),
    path("", include("seatkeeper.web.urls")),
]
handler400 = "seatkeeper.web.views.errors.bad_request"
handler403 = "seatkeeper.web.views.errors.forbidden"
handler404 = "seatkeeper.web.views.errors.not_found"
handler500 = "seatkeeper.web.views.errors.server_error"
