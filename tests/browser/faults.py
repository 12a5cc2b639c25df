"""What can be found wrong on a screen: accessibility by axe, sideways scrolling, small print, two filled buttons."""

import json
from pathlib import Path

import axe_playwright_python
from selenium.webdriver.remote.webdriver import WebDriver

AXE = (Path(axe_playwright_python.__path__[0]) / "axe.min.js").read_text(encoding="utf-8")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SMALLEST_PRINT = 13  # pixels

_AXE_RUN = """axe.run(document, {runOnly: %s, iframes: false}).then(found => JSON.stringify(found.violations.map(
  fault => `axe ${fault.id}: ${fault.nodes.slice(0, 3).map(node => node.html.slice(0, 150)).join(' | ')}`)))"""

_LOOK = """
const faults = [], page = document.documentElement;
if (page.scrollWidth > page.clientWidth) faults.push(`scrolls sideways by ${page.scrollWidth - page.clientWidth} px`);
if (document.querySelectorAll('h1').length !== 1) faults.push('not exactly one h1');
if (document.querySelectorAll('main .btn.p, main button.p').length > 1) faults.push('two filled buttons');
if (document.querySelector('[style]')) faults.push('an inline style');
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), lines = document.createRange();
for (let text; (text = texts.nextNode());) {
  const words = text.textContent.trim(), holder = text.parentElement;
  if (!words || holder.getBoundingClientRect().width <= 1) continue;
  const size = parseFloat(getComputedStyle(holder).fontSize);
  if (size < arguments[0]) faults.push(`${size} px: ${words}`);
  lines.selectNodeContents(text);
  if (holder.closest('.ref, .chip') && lines.getClientRects().length > 1) faults.push(`over two lines: ${words}`);
}
return faults;
"""


def seen(driver: WebDriver) -> list[str]:
    """What the eye would find on the page that is open."""
    found: list[str] = driver.execute_script(_LOOK, SMALLEST_PRINT)
    return found


def by_axe(driver: WebDriver) -> list[str]:
    """What axe finds on the page that is open. It runs from outside the page, whose policy allows no such script."""
    driver.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE})
    asked = {"expression": _AXE_RUN % json.dumps(STANDARDS), "awaitPromise": True}
    answer = driver.execute_cdp_cmd("Runtime.evaluate", asked)
    found: list[str] = json.loads(answer["result"]["value"])
    return found
