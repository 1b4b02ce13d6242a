"""Invented organizations, made by real operations: for demos, trials and tests of size."""
