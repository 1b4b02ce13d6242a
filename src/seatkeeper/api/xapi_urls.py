"""Addresses of the Experience API."""

from seatkeeper.api import xapi

urlpatterns = xapi.urls
