"""What is wrong with a page as it is shown now: on a desk, light and dark, and on a phone, in one visit."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

DESK, PHONE = 1280, 360
HEIGHT = 900
ALL: dict[str, Any] = {"resultTypes": ["violations"]}
# Is each control large enough to hit? Not asked where an open menu or dialog covers others in part.
WITH_TARGETS = ALL | {"rules": {"target-size": {"enabled": True}}}
# How a page is built does not depend on the scheme; only these rules look at colours.
OF_COLOURS = ALL | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def faults(page: Page, *, with_targets: bool = False) -> list[str]:
    """What axe finds, and where the page scrolls sideways. Window and scheme are as before then."""
    before = page.viewport_size
    assert before
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = [fault for width in (PHONE, DESK) for fault in _at(page, width, WITH_TARGETS if with_targets else ALL)]
    page.set_viewport_size(before)
    return found


def _at(page: Page, width: int, all_rules: dict[str, Any]) -> list[str]:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    found = []
    schemes = [("dark", OF_COLOURS), ("light", all_rules)]  # a scheme has the same colours at every width
    for scheme, rules in schemes if width == DESK else schemes[1:]:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        page.evaluate(SETTLED)
        violations = page.evaluate("rules => axe.run(rules)", rules)["violations"]
        found += [f"{fault['id']}: {node['html'][:200]}" for fault in violations for node in fault["nodes"]]
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [f"{over} px too wide"] if over > 0 else []
    where = page.url.split("/", 3)[-1]
    return [f"{where} at {width}: {fault}" for fault in found]
