"""Django database engines with what Seatkeeper needs of each database."""
