"""What is measured: one module a promise. Runs in the process that prints; the work is done by others (`work/`)."""
