"""How a command that can't do what is asked must end."""

from tests.conftest import Finished

REFUSED, WRONG_USAGE = 1, 2
HEADER = "invited_email_address,license_learning_status\n"


def assert_explained(done: Finished, exit_code: int, *words: str) -> None:
    assert done.exit_code == exit_code, done
    assert "Traceback" not in done.stderr
    assert done.stderr.strip(), done
    for word in words:
        assert word in done.stderr, done.stderr
    assert done.stdout == ""
