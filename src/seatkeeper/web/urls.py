"""The addresses of pages: each module of views lists its own."""

from seatkeeper.web.views import (
    admins,
    audit,
    downloads,
    groups,
    help_pages,
    home,
    licenses,
    me,
    operations,
    overview,
    pools,
    profile,
    settings,
    sign_in,
    uploads,
    users,
)

urlpatterns = [
    *admins.urls,
    *audit.urls,
    *downloads.urls,
    *groups.urls,
    *help_pages.urls,
    *home.urls,
    *licenses.urls,
    *me.urls,
    *operations.urls,
    *overview.urls,
    *pools.urls,
    *profile.urls,
    *settings.urls,
    *sign_in.urls,
    *uploads.urls,
    *users.urls,
]
