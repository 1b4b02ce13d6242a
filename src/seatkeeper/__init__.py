"""Seatkeeper: the open Admin Center for learner licenses."""

__version__ = "0.1.0"
