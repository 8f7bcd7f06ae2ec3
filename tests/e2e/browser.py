"""A person at the screen: Chromium, driven by clicks and keys, in Airflow's own pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from tests.e2e.airflow_server import until

# Nothing moves and nothing is fetched that nobody looks at: without a graphics card each picture costs the processor.
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--force-prefers-reduced-motion",
    "--window-size=1300,1300",
)
OPTION = "hitl-option-"  # how Airflow marks the buttons of a required action


@dataclass
class Person:
    """Who has a browser open at one installation."""

    driver: webdriver.Chrome
    base: str

    def sign_in(self, user: str, password: str) -> None:
        self.driver.get(f"{self.base}/")
        self.types_its_login(user, password)

    def types_its_login(self, user: str, password: str) -> None:
        self.type_into(self._one("input[name=username]"), user)
        self.type_into(self._one("input[name=password]"), password)
        self._one("form button").click()
        until(lambda: "/auth/login" not in self.driver.current_url, 60, "signed in")

    def opens_the_form(self, dag_id: str, run_id: str, task_id: str) -> None:
        """Go to the required action, and look again until it can be answered."""
        address = f"{self.base}/dags/{dag_id}/runs/{quote(run_id, safe='')}/tasks/{task_id}/required_actions"

        def can_be_answered() -> bool:
            self.driver.get(address)
            return bool(self._shown(f"button[data-testid^='{OPTION}']:not([disabled])"))

        until(can_be_answered, 400, "the form can be answered")

    @property
    def labels(self) -> list[str]:
        """The words of the page, line by line."""
        return self._one("body").text.splitlines()

    @property
    def buttons(self) -> list[str]:
        return [one.text for one in self._shown(f"button[data-testid^='{OPTION}']")]

    def value(self, field: str) -> str:
        return self._one(f"#element_{field}").get_attribute("value") or ""

    def fills(self, field: str, keys: str) -> None:
        """Type into a field of the form; a date as its parts stand in the browser, mmddyyyy."""
        self.type_into(self._one(f"#element_{field}"), keys)

    def presses(self, option: str) -> None:
        self._one(f"button[data-testid='{OPTION}{option}']").click()

    def type_into(self, element: WebElement, keys: str) -> None:
        if element.get_attribute("type") != "date":
            element.send_keys(Keys.CONTROL, "a", Keys.NULL, Keys.DELETE)
        element.send_keys(keys)

    def follows(self, words: str) -> None:
        """Click the link whose words contain these; Airflow changes the page without loading it again."""
        found = until(lambda: self.driver.find_elements(By.PARTIAL_LINK_TEXT, words), 60, f"the link {words}")
        self.driver.execute_script("arguments[0].click()", found[0])

    def chooses(self, menu: str, item: str) -> None:
        """Open a menu of the navigation and go where its item leads."""
        path = f"//button[contains(., '{menu}')]"
        until(lambda: self.driver.find_elements(By.XPATH, path), 60, menu)[0].click()
        self.follows(item)

    def reads(self, *expected: str) -> list[str]:
        """The lines of the page, once these words stand in them."""
        lines: list[str] = []

        def there() -> bool:
            # A page gives way to the next one while it is read.
            with suppress(StaleElementReferenceException):
                lines[:] = self.labels
            return all(one in "\n".join(lines) for one in expected)

        until(there, 60, f"{expected} on the page")
        return lines

    def shown_with(self, style: str, selector: str) -> int:
        """How many of these elements are to be seen with a style in place of those that the server gave the page."""
        script = (
            "const given = [...document.querySelectorAll('style')].filter(one => one.textContent);"
            "given.forEach(one => one.media = 'not all');"
            "const own = document.createElement('style'); own.textContent = arguments[0];"
            "document.head.append(own);"
            "const seen = [...document.querySelectorAll(arguments[1])].filter(one => one.offsetParent).length;"
            "own.remove(); given.forEach(one => one.removeAttribute('media')); return seen;"
        )
        return int(self.driver.execute_script(script, style, selector))

    def takes_a_picture(self, path: Path) -> None:
        self.driver.save_screenshot(str(path))

    def _one(self, selector: str) -> WebElement:
        found = until(lambda: self.driver.find_elements(By.CSS_SELECTOR, selector), 60, selector)
        element: WebElement = found[0]
        return element

    def _shown(self, selector: str, seconds: float = 10) -> list[WebElement]:
        """What is there within some seconds; none when nothing comes."""
        try:
            found: list[WebElement] = until(
                lambda: self.driver.find_elements(By.CSS_SELECTOR, selector), seconds, selector
            )
        except AssertionError:
            return []
        return found


PHONE = {"deviceMetrics": {"width": 360, "height": 740, "pixelRatio": 1.0, "touch": True, "mobile": True}}


@contextmanager
def browsing(
    base: str, log_requests: bool = False, *, phone: bool = False, downloads: Path | None = None
) -> Iterator[Person]:
    """A window at `base`, as a telephone's when it is one. In CI the browser must be there. log_requests: what it asks
    for is in its performance log. downloads: where files go that it saves."""
    programs = shutil.which("chromium"), shutil.which("chromedriver")
    if None in programs:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed; .ci/run installs chromium and chromium-driver")
        pytest.skip("needs a browser: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = str(programs[0])
    for argument in ARGUMENTS:
        options.add_argument(argument)
    if log_requests:
        options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    if phone:
        options.add_experimental_option("mobileEmulation", PHONE)
    if downloads:
        options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    driver = webdriver.Chrome(options=options, service=Service(str(programs[1])))
    try:
        yield Person(driver, base)
    finally:
        driver.quit()
