"""What can be measured of a page: accessibility, size of targets, sideways scrolling, styles."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
RULES = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": [
            *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"),
            "best-practice",
        ],
    },
    # Switched off in axe unless asked for.
    "rules": {"target-size": {"enabled": True}},
}
# What a finger has to hit: a row with its label, a button, a field. Links inside sentences are
# exempt (WCAG 2.5.8), those that stand alone are not.
SMALL_TARGETS = """
least => [...document.querySelectorAll(
  "button, .button, main input, main textarea, .back a, .foot li a, .change a, .error-summary a"
)].filter(one => {
  const row = one.matches("[type=radio], [type=checkbox]") ? one.parentElement : one;
  const box = row.getBoundingClientRect();
  const isShown = one.checkVisibility() && !one.matches(".hidden, [type=hidden]");
  return isShown && (box.height < least || box.width < least);
}).map(one => one.outerHTML.slice(0, 120))
"""


def assert_accessible(page: Page) -> None:
    """With its styles loaded: a bare page passes too easily."""
    page.wait_for_load_state()
    assert_styled(page)
    found = AXE.run(page, options=RULES)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def assert_styled(page: Page) -> None:
    """Every stylesheet arrived, under the name that its content has, and says something."""
    sheets = page.evaluate(
        "[...document.styleSheets].map(one => [one.href || '', one.cssRules.length])"
    )
    assert sheets, f"{page.url} has no stylesheet"
    for address, rules in sheets:
        assert rules > 3, f"{page.url}: {address} is empty"
        assert len(address.split(".")[-2]) == 12, f"{address} does not come from the manifest"


def assert_no_sideways_scroll(page: Page) -> None:
    """The page is as wide as the screen."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"


def assert_finger_sized(page: Page, least: int = 44) -> None:
    """Nothing to press is smaller than a fingertip."""
    small = page.evaluate(SMALL_TARGETS, least)
    assert small == [], "\n".join([page.url, *small])
