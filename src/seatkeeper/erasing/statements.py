"""The named SQL of this room."""

from seatkeeper.kernel.sql import Statements

STATEMENTS = Statements("seatkeeper.erasing")
