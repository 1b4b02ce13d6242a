"""A test that did not run for a reason that nobody wrote down fails the run."""

from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

LIST = Path(__file__).with_name("allowed_skips.txt")


def allowed_reasons(text: str) -> set[str]:
    """One a line; lines that are empty or begin with # say nothing."""
    return {line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")}


class SkipGuard:
    """Gathers why tests were skipped and fails the session where a reason is not in the list."""

    def __init__(self, allowed: set[str]) -> None:
        self.allowed = allowed
        self.refused: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self._judge(report.nodeid, report.longrepr)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._judge(report.nodeid, report.longrepr)

    def _judge(self, nodeid: str, longrepr: object) -> None:
        reason = str(longrepr[2] if isinstance(longrepr, tuple) else longrepr).removeprefix("Skipped: ")
        if reason not in self.allowed:
            self.refused.append(f"{nodeid}: {reason}")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.refused and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        if self.refused:
            terminalreporter.section(f"skipped for a reason that {LIST.name} does not name", red=True)
            terminalreporter.write_line("\n".join(self.refused))
