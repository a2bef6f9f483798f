"""A browser without script for tests: it fills in what stands on a page and presses a button."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from drawn import Form
from room_many import Answer, Browser

Typed = Mapping[str, str | Sequence[str]]
FORM = re.compile(r'<form [^>]*action="([^"]*)".*?</form>', re.DOTALL)


class Plain:
    """One plain page as it lies in a browser; ``send`` posts its form as it was filled in."""

    def __init__(self, browser: Browser, answer: Answer) -> None:
        self.browser, self.answer, self.text = browser, answer, answer.text
        found = FORM.search(self.text)
        assert found, self.text
        self.action, self.form = found[1], Form(found[0])

    @property
    def fields(self) -> dict[str, list[str]]:
        """What would be sent, by name."""
        found: dict[str, list[str]] = {}
        for name, value in self.form.sent:
            found.setdefault(name, []).append(value)
        return found

    def control(self, name: str) -> dict[str, Any]:
        """The first control of this name."""
        return next(dict(one) for one in self.form.controls if one["name"] == name)

    def told(self, id: str) -> str:
        """The text of the element with this id."""
        found = re.search(rf'<(\w+)[^>]* id="{re.escape(id)}"[^>]*>(.*?)</\1>', self.text, re.DOTALL)
        assert found, id
        return found[2]

    def send(self, typed: Typed | None = None, act: str = "") -> Plain:
        """Type, press a button, and follow to the page that comes then."""
        known = {str(one["name"]) for one in self.form.controls}
        assert set(typed or {}) <= known, set(typed or {}) - known
        fields: dict[str, Any] = {**self.fields, **(typed or {})}
        if act:
            assert f'name="-act" value="{act}"' in self.text, act
            fields["-act"] = [act]
        return Plain(self.browser, self.browser.post(self.action, fields))


def plain(browser: Browser, path: str) -> Plain:
    """Open a plain page that has a form."""
    answer = browser.get(path)
    assert answer.status == 200, answer.text
    return Plain(browser, answer)
