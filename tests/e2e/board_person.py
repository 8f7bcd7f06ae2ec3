"""A person at the board, inside Airflow's own page: clicks, types, chooses files, and reads what the page says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait
from tests.e2e.browser import Person

WITHIN, PAUSE = 60, 0.1  # seconds for a page, and between two looks at it: only the browser is asked


@dataclass
class AtBoard:
    """Who is signed in to Airflow and works in its frame with the board. part: where on the page, as XPath; tokens: of
    forms that were shown."""

    person: Person
    part: str = "//main"
    tokens: list[str] = field(default_factory=list)

    @classmethod
    def opened_by(cls, person: Person) -> AtBoard:
        """From Airflow's navigation: the board is one of its entries."""
        person.driver.switch_to.default_content()
        board = cls(person)
        everywhere = cls(person, "")
        everywhere._shown("//a[contains(@href, '/plugin/cchc')]", "the board's entry").click()
        person.driver.switch_to.frame(everywhere._shown("//iframe", "the board's frame"))
        board.reads("Hôm nay")
        return board

    @classmethod
    def at_its_address(cls, person: Person, user: str, password: str) -> AtBoard:
        """As whoever kept the board's own address: it asks to sign in, and is there again afterwards."""
        person.driver.get(f"{person.base}/cchc/")
        board = cls(person, "")
        board._shown("//a[contains(., 'Đăng nhập')]", "the way to sign in").click()
        person.types_its_login(user, password)
        board.reads("Hôm nay")
        return cls(person)

    def signs_out(self) -> None:
        """By the board's link at its own address: within Airflow's frame nothing leads out."""
        self.person.driver.switch_to.default_content()
        self.person.driver.get(f"{self.person.base}/cchc/")
        replace(self, part="//header")._shown("//a[normalize-space(.)='Đăng xuất']", "the way out").click()
        self._until(lambda: "/auth/login" in self.person.driver.current_url, "signed out")

    @property
    def text(self) -> str:
        """What can be read on the page; what is folded away cannot."""
        return self._all("body")[0].text

    @property
    def words(self) -> str:
        """The same of this part alone."""
        return self._path("")[0].text

    @property
    def buttons(self) -> list[str]:
        """Of the page's own part: everybody may look at another day."""
        return [one.text for one in self._all("main button") if one.is_displayed()]

    def reads(self, *words: str) -> str:
        """The page's text, once these words stand in it."""
        self._until(lambda: all(one in self._text() for one in words), f"{words} on the page")
        return self.text

    def under(self, name: str) -> AtBoard:
        """The part of the page that has this name in addresses."""
        return replace(self, part=f"//*[@id='{name}']")

    def folded(self, words: str) -> AtBoard:
        """What is folded away under these words, opened."""
        found = replace(
            self, part=f"{self.part}//details[summary[starts-with(normalize-space(.), {_quoted(words)})]]"
        )
        for summary in found._path("[not(@open)]/summary"):
            self._click(summary)
        return found

    def chooses_from_menu(self, *names: str) -> None:
        for name in names:
            self._load(
                replace(self, part="//nav")._shown(f"//a[normalize-space(.)={_quoted(name)}]", f"menu {name}")
            )

    def goes(self, *ways: str) -> None:
        """Follow links, one after the other, by the beginning of their words."""
        for words in ways:
            path = f"//a[starts-with(normalize-space(.), {_quoted(words)})]"
            self._load(self._shown(path, f"the link {words}"))

    def goes_to_the_thing(self, words: str, link: str) -> None:
        """Follow a link in the line of a list that speaks of it."""
        path = f"//li[contains(., {_quoted(words)})]//a[normalize-space(.)={_quoted(link)}]"
        self._load(self._shown(path, f"{link} of {words}"))

    def fills(self, label: str, text: str) -> None:
        """Into the field of that label, the one that can be seen; what stood there is replaced."""
        self.person.type_into(self._field(label), text)

    def value(self, label: str) -> str:
        return self._field(label).get_attribute("value") or ""

    def chooses(self, label: str, words: str) -> None:
        """In a list of choices, the one whose words contain these."""
        choice = Select(self._field(label))
        choice.select_by_visible_text(next(one.text for one in choice.options if words in one.text))

    def ticks(self, words: str) -> None:
        """The box, or the one of several, that is about it."""
        named = f"contains(@aria-label, {_quoted(words)}) or ancestor::label[contains(., {_quoted(words)})]"
        path = f"//input[(@type='checkbox' or @type='radio') and ({named})]"
        self._click(self._shown(path, f"the box {words}"))

    def attaches(self, label: str, path: Path) -> None:
        self._field(label).send_keys(str(path))

    def presses(self, button: str, said: str = "") -> str:
        """Send the form, and the text of the page that answers, which holds `said`."""
        self._load(self._shown(f"//button[normalize-space(.)={_quoted(button)}]", f"the button {button}"))
        assert said in self.text, f"after {button}: {self.text}"
        return self.text

    def forges(self, act: str, fields: dict[str, list[str]]) -> str:
        """Send a form that the page does not show, with the token of the last one that it did; what is answered."""
        page = self._all("html")[0]
        self.person.driver.execute_script(
            "const form = document.createElement('form'); form.method = 'post'; form.action = location.pathname;"
            "for (const [name, values] of Object.entries(arguments[0])) for (const value of values) {"
            "const one = document.createElement('input'); one.type = 'hidden'; one.name = name; one.value = value;"
            "form.append(one); } document.body.append(form); form.submit();",
            {**fields, "viec": [act], "ma": [self.tokens[-1]] if self.tokens else []},
        )
        self._gone(page)
        return self.text

    def _field(self, label: str) -> WebElement:
        kinds = "self::input or self::textarea or self::select"
        path = f"//label[starts-with(normalize-space(.), {_quoted(label)})]//*[{kinds}]"
        return self._shown(path, f"the field {label}")

    def _load(self, element: WebElement) -> None:
        page = self._all("html")[0]
        self._click(element)
        self._gone(page)

    def _gone(self, page: WebElement) -> None:
        """The page gives way to the next one, and that is read to its end."""

        def changed() -> bool:
            try:
                page.is_enabled()
            except WebDriverException:
                return self.person.driver.execute_script("return document.readyState") == "complete"
            return False

        self._until(changed, "another page")
        found = self._all("input[name=ma]")
        self.tokens.extend(one.get_attribute("value") or "" for one in found[:1])

    def _click(self, element: WebElement) -> None:
        self.person.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def _shown(self, path: str, what: str) -> WebElement:
        """The first that can be seen; a field for a file may be hidden by its style."""

        def seen() -> list[WebElement]:
            return [one for one in self._path(path) if one.is_displayed()]

        found: list[WebElement] = self._until(seen, what)
        return found[0]

    def _until(self, found: Callable[[], Any], what: str) -> Any:
        """The answer once it is true; TimeoutException with what the page says when it never is."""
        waiting = WebDriverWait(self.person.driver, WITHIN, PAUSE)
        return waiting.until(lambda _: found(), f"{what}: not within {WITHIN} s")

    def _text(self) -> str:
        try:
            return self.text
        except (StaleElementReferenceException, IndexError):
            return ""

    def _all(self, selector: str) -> list[WebElement]:
        return self.person.driver.find_elements(By.CSS_SELECTOR, selector)

    def _path(self, path: str) -> list[WebElement]:
        return self.person.driver.find_elements(By.XPATH, self.part + path)


def _quoted(words: str) -> str:
    """As XPath has them: no text of ours holds both kinds of quotes."""
    return f'"{words}"' if "'" in words else f"'{words}'"
