"""The command in a process that stays, as most of a second goes to starting one.

`python -m tests.standing` reads commands as JSON, a line each, and answers with what each came to.
"""

import io
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "seatkeeper.config.settings"
    from django.db import connections

    from seatkeeper.cli.errors import run_and_explain

    for line in sys.stdin:
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True) for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err):
            exit_code = run_and_explain(json.loads(line))
        connections.close_all()
        print(json.dumps([exit_code, *(said.buffer.getvalue().decode() for said in (out, err))]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
