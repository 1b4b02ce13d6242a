from django.apps import AppConfig


class ArrivalsConfig(AppConfig):
    """Who signs in as a learner: whose profile is theirs, and what they get when they first come."""

    name = "seatkeeper.arrivals"
    label = "arrivals"
