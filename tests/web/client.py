"""A browser for tests: it goes through the real application and checks every page it is shown."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

BASE = "http://127.0.0.1:8710"
UNLABELLED = ("hidden", "submit", "button", "image", "reset")
VOID = frozenset(("area", "br", "col", "hr", "img", "input", "link", "meta", "use", "source", "wbr", "path", "rect"))


@dataclass
class _Form:
    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Collects what the checks look at."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.language = ""
        self.texts: dict[str, list[str]] = {"title": [], "h1": [], "button": [], "caption": []}
        self.ids: list[str] = []
        self.label_for: set[str] = set()
        self.inputs: list[tuple[dict[str, str], bool]] = []
        self.described: list[str] = []
        self.forms: list[_Form] = []
        self.tables = 0
        self.words: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._check_attributes(tag, values)
        self._note(tag, values)
        if tag not in VOID:
            self._open.append(tag)
        if tag in self.texts:
            self.texts[tag].append(values.get("aria-label", ""))

    def _check_attributes(self, tag: str, values: dict[str, str]) -> None:
        for name in values:
            if name == "style" or name.startswith("on"):
                self.faults.append(f"<{tag} {name}=…>: inline style or script")
        if tag == "style" or (tag == "script" and "src" not in values):
            self.faults.append(f"an inline <{tag}>")
        if tag == "img" and "alt" not in values:
            self.faults.append("an <img> without alt")
        if tag == "a" and not values.get("href"):
            self.faults.append("a link without an address")
        if values.get("href", "").startswith("javascript:"):
            self.faults.append("a javascript: link")

    def _note(self, tag: str, values: dict[str, str]) -> None:
        if tag == "html":
            self.language = values.get("lang", "")
        if "id" in values:
            self.ids.append(values["id"])
        self.described += values.get("aria-describedby", "").split()
        self.tables += tag == "table"
        if tag == "label" and values.get("for"):
            self.label_for.add(values["for"])
        if tag == "form":
            self.forms.append(_Form(values.get("method", "get").lower(), values.get("action", "")))
        if tag in ("input", "select", "textarea"):
            self.inputs.append((values, "label" in self._open))
            if self.forms and "form" in self._open:
                self.forms[-1].fields[values.get("name", "")] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        for tag, texts in self.texts.items():
            if tag in self._open:
                texts[-1] += data


def faults(html: str) -> list[str]:
    """What is wrong with a page, whatever it shows."""
    return _faults(_read(html))


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def _faults(page: _Reader) -> list[str]:
    found = list(page.faults)
    if page.language not in ("fr", "en"):
        found.append(f"lang is {page.language!r}")
    if len(page.texts["title"]) != 1 or not page.texts["title"][0].strip(" –"):
        found.append("no title, or several")
    if len(page.texts["h1"]) != 1 or not page.texts["h1"][0].strip():
        found.append(f"{len(page.texts['h1'])} h1")
    found += [f"a button without words: {text!r}" for text in page.texts["button"] if not text.strip()]
    if len(page.texts["caption"]) != page.tables:
        found.append("a table without a caption")
    found += [f"two elements with the id {one!r}" for one in sorted(set(page.ids)) if page.ids.count(one) > 1]
    found += [f"aria-describedby names nothing: {one!r}" for one in page.described if one not in page.ids]
    found += [f"no label: {values}" for values, wrapped in page.inputs if not _has_label(page, values, wrapped=wrapped)]
    found += [f"a form without its token: {form.action}" for form in page.forms if _lacks_token(form)]
    return found


def _has_label(page: _Reader, values: dict[str, str], *, wrapped: bool) -> bool:
    if values.get("type") in UNLABELLED or wrapped or values.get("aria-label"):
        return True
    return values.get("id") in page.label_for or values.get("aria-labelledby") in page.ids


def _lacks_token(form: _Form) -> bool:
    return form.method == "post" and not form.fields.get("csrf_token")


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    location: str
    html: str
    title: str
    heading: str
    words: str  # the text, its spaces made one
    token: str  # the CSRF token of its first form
    headers: dict[str, str]

    def shows(self, text: str) -> bool:
        """Whether a text stands on the page."""
        return text in self.words


class Browser:
    """A person with a browser. Every HTML page it is shown is checked."""

    def __init__(self, app: Flask, *, language: str = "fr") -> None:
        self.client = app.test_client()
        self.language = language
        self.token = ""

    def open(self, path: str, *, status: int = 200, **headers: str) -> Page:
        """Open an address."""
        return self._page(self.client.get(path, base_url=BASE, headers=self._headers(headers)), status)

    def send(self, path: str, data: dict[str, Any], *, on: str | None = None, status: int = 303) -> Page:
        """Send a form, with the token of the page it stands on (by default the same address)."""
        if on is not None or not self.token:
            self.open(on or path)
        sent = {"csrf_token": self.token, **data}
        answer = self.client.post(path, data=sent, base_url=BASE, headers=self._headers({"Origin": BASE}))
        return self._page(answer, status)

    def follow(self, page: Page) -> Page:
        """Go where an answer leads."""
        return self.open(page.location)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Accept-Language": self.language, **{name.replace("_", "-"): value for name, value in more.items()}}

    def _page(self, answer: TestResponse, status: int) -> Page:
        html = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        assert answer.status_code == status, (
            f"{answer.status_code} instead of {status}: {answer.location} {html[:4000]}"
        )
        reader = _read(html)
        if html and not answer.location:
            assert _faults(reader) == []
        tokens = [form.fields["csrf_token"] for form in reader.forms if form.fields.get("csrf_token")]
        self.token = tokens[0] if tokens else ""
        return Page(
            status=answer.status_code,
            location=answer.location or "",
            html=html,
            title=" ".join("".join(reader.texts["title"]).split()),
            heading=" ".join("".join(reader.texts["h1"]).split()),
            words=re.sub(r"\s+", " ", "".join(reader.words)),
            token=self.token,
            headers=dict(answer.headers),
        )
