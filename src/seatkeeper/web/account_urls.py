"""How people sign in: allauth's pages, but for those that would make accounts or change whose they are."""

from django.urls import include, path, re_path

from seatkeeper.web.views.errors import no_such_page

CLOSED = r"^(?:signup|email|confirm-email|social|3rdparty/(?:signup/)?$|2fa/webauthn/signup)"

urlpatterns = [
    re_path(CLOSED, no_such_page),
    path("", include("allauth.urls")),
]
