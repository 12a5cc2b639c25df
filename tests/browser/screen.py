"""What a person does in front of a browser, in few words."""

from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait

WIDE, NARROW = 1280, 360
COMPLAINTS = ("WARNING", "SEVERE")


class Screen:
    """Chromium on one running Relance."""

    def __init__(self, driver: WebDriver, address: str) -> None:
        self.driver = driver
        self.address = address

    def open(self, path: str) -> None:
        """Open a page of Relance."""
        self.driver.get(self.address + path)

    def fill(self, **values: str) -> None:
        """Type into fields by their names."""
        for name, value in values.items():
            box = self.driver.find_element(By.NAME, name)
            box.clear()
            box.send_keys(value)

    def press(self, selector: str) -> None:
        """Click on the first thing that a CSS selector finds."""
        self.settle()
        self.driver.find_element(By.CSS_SELECTOR, selector).click()

    def settle(self) -> None:
        """Wait until the page is all there: what is found while it loads may not be what is clicked."""
        WebDriverWait(self.driver, 30).until(lambda it: it.execute_script("return document.readyState") == "complete")

    def text(self, selector: str) -> str:
        """The words of the first thing that a CSS selector finds."""
        words: str = self.driver.find_element(By.CSS_SELECTOR, selector).text
        return words

    def console(self) -> list[str]:
        """What the console complained of since the last time: missing files, refused scripts and styles, faults."""
        said = self.driver.get_log("browser")  # type: ignore[attr-defined]
        return [str(entry["message"]) for entry in said if entry["level"] in COMPLAINTS]

    def clear_console(self) -> None:
        """Forget what it said before."""
        self.console()

    def look(self, *, width: int = WIDE, height: int = 900, dark: bool = False) -> None:
        """Choose the size of the window's inside, and light or dark, as the system would."""
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def overflows(self) -> bool:
        """Whether the page scrolls sideways."""
        wider: bool = self.driver.execute_script(
            "return document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        return wider

    def picture(self, path: Path) -> None:
        """Keep a picture of the window."""
        self.driver.save_screenshot(str(path))
