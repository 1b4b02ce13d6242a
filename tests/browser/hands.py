"""Two ways to work a page: with a mouse, and with the keyboard alone."""

from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

FARTHEST = 400  # presses of Tab until what is looked for must have had the focus
SHOWS_FOCUS = """node => {
    const drawn = (node, pseudo) => {
        const style = getComputedStyle(node, pseudo);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    };
    const box = node.getBoundingClientRect();
    const seen = node.matches('input[type=file]') ? node.nextElementSibling : node.closest('tr') || node;
    return node.matches(':focus-visible') && (drawn(node) || drawn(seen)) && box.bottom > 0 && box.top < innerHeight;
}"""


class Hands(Protocol):
    """What a person does to a page."""

    def press(self, target: Locator) -> None: ...

    def check(self, target: Locator, *, wanted: bool = True) -> None: ...

    def choose(self, target: Locator, label: str) -> None: ...

    def write(self, target: Locator, text: str, *, then_enter: bool = False) -> None: ...

    def attach(self, target: Locator, file: Path) -> None: ...


class Mouse:
    """Clicks."""

    def press(self, target: Locator) -> None:
        target.click()

    def check(self, target: Locator, *, wanted: bool = True) -> None:
        target.set_checked(wanted)

    def choose(self, target: Locator, label: str) -> None:
        target.select_option(label=label)

    def write(self, target: Locator, text: str, *, then_enter: bool = False) -> None:
        target.fill(text)
        if then_enter:
            target.press("Enter")

    def attach(self, target: Locator, file: Path) -> None:
        target.page.on("filechooser", lambda _: None)
        with target.page.expect_file_chooser() as chooser:
            target.page.locator(f"label[for={target.get_attribute('id')}]").click()
        chooser.value.set_files(file)


class Keyboard:
    """Tab, Enter, Space and arrows; whatever is worked has the focus, and shows it."""

    def press(self, target: Locator) -> None:
        self._go_to(target)
        target.page.keyboard.press("Enter")

    def check(self, target: Locator, *, wanted: bool = True) -> None:
        """A radio is reached by the arrows, from whichever of its group has the focus."""
        if target.is_checked() == wanted:
            return
        if target.get_attribute("type") == "radio":
            name = target.get_attribute("name")
            self._go_to(target.page.locator(f"input[name='{name}']:checked"))
            while not target.is_checked():
                target.page.keyboard.press("ArrowDown")
        else:
            self._go_to(target)
            target.page.keyboard.press("Space")
        expect(target).to_be_checked(checked=wanted)

    def choose(self, target: Locator, label: str) -> None:
        """By its first letters, as one types them."""
        self._go_to(target)
        target.page.keyboard.type(label)
        expect(target.locator("option:checked")).to_have_text(label)

    def write(self, target: Locator, text: str, *, then_enter: bool = False) -> None:
        self._go_to(target)
        target.page.keyboard.press("Control+a")
        target.page.keyboard.type(text)
        if then_enter:
            target.page.keyboard.press("Enter")

    def attach(self, target: Locator, file: Path) -> None:
        target.page.on("filechooser", lambda _: None)  # else the browser learns too late that we wait for one
        self._go_to(target)
        with target.page.expect_file_chooser() as chooser:
            target.page.keyboard.press("Enter")
        chooser.value.set_files(file)

    def _go_to(self, target: Locator) -> None:
        expect(target).to_be_attached()
        page: Page = target.page
        for _ in range(FARTHEST):
            if target.evaluate("node => node === document.activeElement"):
                break
            page.keyboard.press("Tab")
        expect(target).to_be_focused()
        assert target.evaluate(SHOWS_FOCUS), f"the focus on {target} can't be seen"
