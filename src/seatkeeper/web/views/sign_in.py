"""Sign in by a one-time link."""

from django.urls import URLPattern

urls: list[URLPattern] = []
