"""Addresses for applications: each module lists its own."""

from django.urls import include, path, re_path

from seatkeeper.api import access, usage
from seatkeeper.api.applications import unknown

urlpatterns = [path("v1/", include([*access.urls, *usage.urls])), re_path("", unknown, name="api_unknown")]
