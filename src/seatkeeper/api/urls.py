"""Addresses for applications: each module lists its own."""

from seatkeeper.api import access, usage

urlpatterns = [*access.urls, *usage.urls]
