"""A browser page that is watched: where it asks, what it complains about, whether people can use what it shows."""

import re
import unicodedata
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

# WCAG 2.2 A and AA, and what axe counts as good practice.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class Watched:
    def __init__(self, page, hosts, screenshots, name):
        self.page = page
        self.hosts = tuple(hosts)
        self.screenshots = Path(screenshots)
        self.name = name
        self.steps = 0
        self.complaints = []
        page.on("request", self._requested)
        page.on("response", self._answered)
        page.on("console", self._printed)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))

    def _requested(self, request):
        if not request.url.startswith(self.hosts):
            self.complaints.append(f"asks elsewhere: {request.url}")

    def _answered(self, response):
        # Pages themselves may answer 4xx, and so may a form that a script sends; what they load may not.
        request = response.request
        if response.status >= 400 and not request.is_navigation_request() and request.method == "GET":
            self.complaints.append(f"{response.status}: {response.url}")

    def _printed(self, message):
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")

    def shows(self, title):
        """Waits for the page of that heading and checks that everybody can use it."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        self.fits()
        violations = Axe().run(self.page, options=RULES).response["violations"]
        for violation in violations:
            for node in violation["nodes"]:
                self.complaints.append(f"{title}: {violation['id']}: {node['html']}")
        self.picture(title)

    def picture(self, title):
        """A screenshot named by scenario, step, title and width."""
        self.steps += 1
        self.screenshots.mkdir(parents=True, exist_ok=True)
        plain = unicodedata.normalize("NFD", title.lower()).encode("ascii", "ignore").decode()
        words = "-".join(re.findall(r"\w+", plain))
        width = self.page.viewport_size["width"]
        file = self.screenshots / f"{self.name}-{self.steps:02}-{words}-{width}.png"
        self.page.screenshot(path=file, full_page=True)

    def fits(self):
        """Nothing is wider than the window, down to the 320 px of WCAG's reflow."""
        size = self.page.viewport_size
        for width in {size["width"], 320}:
            self.page.set_viewport_size({"width": width, "height": size["height"]})
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                self.complaints.append(f"{self.page.url} is {wide} px wide in {width} px")
        self.page.set_viewport_size(size)

    def click(self, name):
        """A link, button or disclosure, found as a screen reader names it."""
        named = self.page.get_by_role("link", name=name, exact=True)
        named = named.or_(self.page.get_by_role("button", name=name, exact=True))
        named.or_(self.page.locator("summary", has_text=name)).click()

    def fill(self, label, text):
        self.page.get_by_label(label, exact=True).fill(text)

    def tab_to(self, name):
        """Presses Tab until what has that name has the focus, and checks that one can see it."""
        for _ in range(40):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate(
                """() => {
                    const element = document.activeElement;
                    const { outlineStyle, outlineWidth } = getComputedStyle(element);
                    return {
                        name: (element.labels?.[0] ?? element).innerText.trim().replace(/\\s+/g, " "),
                        visible: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
                    };
                }"""
            )
            if focused["name"] == name:
                assert focused["visible"], f"the focus on {name} does not show"
                return
        raise AssertionError(f"Tab does not get to {name} on {self.page.url}")
