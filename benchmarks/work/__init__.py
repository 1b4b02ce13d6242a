"""What is done: functions that run in a process of their own, with Django set up. See `step.py`."""
