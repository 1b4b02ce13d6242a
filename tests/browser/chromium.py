"""Which browser the tests and the screenshots use. As a command, `python -m tests.browser.chromium`
makes sure that there is one: `make test` runs it first."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def path() -> str | None:
    """Of an installed one; None: Playwright's own."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def main() -> int:
    if path() or _has_playwrights():
        return 0
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        ways.append(["apt-get", "install", "-y", "--no-install-recommends", "chromium"])
    for way in ways:
        subprocess.run(way, check=False)
        if path() or _has_playwrights():
            return 0
    message = "The browser tests need Chromium, and it could not be installed. Install chromium or google-chrome, then repeat."
    print(message, file=sys.stderr)  # noqa: T201
    return 1


def _has_playwrights() -> bool:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


if __name__ == "__main__":
    sys.exit(main())
