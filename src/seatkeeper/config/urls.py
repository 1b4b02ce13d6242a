"""Addresses. Each room of the web has its own list; see `seatkeeper.web.urls`."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("seatkeeper.web.account_urls")),
    path("api/", include("seatkeeper.api.urls")),
    path("xapi/", include("seatkeeper.api.xapi_urls")),
    path("", include("seatkeeper.web.urls")),
]
handler400 = "seatkeeper.web.views.errors.bad_request"
handler403 = "seatkeeper.web.views.errors.forbidden"
handler404 = "seatkeeper.web.views.errors.not_found"
handler500 = "seatkeeper.web.views.errors.server_error"
