"""The addresses of pages: each module of views lists its own."""

from seatkeeper.web.views import (
    admins,
    audit,
    downloads,
    gate,
    groups,
    help_pages,
    home,
    licenses,
    mail,
    me,
    notices,
    operations,
    overview,
    pools,
    profile,
    settings,
    sign_in,
    uploads,
    users,
)
from seatkeeper.web.views.learn import home as learn_home
from seatkeeper.web.views.learn import refused

urlpatterns = [
    *admins.urls,
    *audit.urls,
    *downloads.urls,
    *gate.urls,
    *groups.urls,
    *help_pages.urls,
    *home.urls,
    *learn_home.urls,
    *licenses.urls,
    *mail.urls,
    *me.urls,
    *notices.urls,
    *operations.urls,
    *overview.urls,
    *pools.urls,
    *profile.urls,
    *refused.urls,
    *settings.urls,
    *sign_in.urls,
    *uploads.urls,
    *users.urls,
]
