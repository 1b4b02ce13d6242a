"""Addresses for applications: each module lists its own."""

from seatkeeper.api import access

urlpatterns = [*access.urls]
