"""What stands on a page, for tests: read from its HTML as a browser does."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"input", "br", "hr", "img", "col"}
Given = dict[str, str | None]


class Form(HTMLParser):
    """What a form would send, its controls and what each is called, and its groups.

    ``groups`` are the legends of all fieldsets; ``radios`` says in which of them (counted from 1; 0 is outside of all)
    the buttons of a name stand. What is in a ``<template>`` is checked for well-formedness only.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.sent: list[tuple[str, str]] = []
        self.controls: list[Given] = []
        self.labels: dict[str, str] = {}
        self.groups: list[str] = []
        self.radios: dict[str, set[int]] = {}
        self._open: list[str] = []
        self._within: list[int] = []
        self._label: Given = {}
        self._text = self._select = ""
        self._choices: list[tuple[str, bool]] = []
        self.feed(html)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert len(given) == len(attrs), f"an attribute twice in {tag}: {attrs}"
        if tag not in VOID:
            self._open.append(tag)
        if "template" in self._open:
            return
        if "id" in given:
            self.ids.append(str(given["id"]))
        if tag in ("legend", "label", "textarea", "button"):
            self._text = ""
        if tag == "fieldset":
            self.groups.append("")
            self._within.append(len(self.groups))
        elif tag == "label":
            self._label = given
        elif tag == "option":
            self._choices.append((str(given["value"]), "selected" in given))
        elif tag in ("input", "select", "textarea"):
            self._control(tag, given)
        elif tag == "button":
            assert given["type"] in ("button", "submit"), attrs
            self._label = {"for": str(given.get("aria-label") or "")}

    def _control(self, tag: str, given: Given) -> None:
        self.controls.append(given)
        name, kind = str(given["name"]), given.get("type", tag)
        if "label" in self._open and "for" not in self._label:
            self._label["for"] = given["id"] = given.get("id") or f"wrapped-{len(self.controls)}"
        if kind == "radio":
            self.radios.setdefault(name, set()).add(self._within[-1] if self._within else 0)
        if kind in ("select", "textarea"):
            self._select, self._choices = name, []
        elif kind not in ("radio", "checkbox"):
            self.sent.append((name, given.get("value") or ""))
        elif "checked" in given:
            self.sent.append((name, str(given["value"])))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open[-1] == tag, f"</{tag}> closes nothing: {self._open}"
        self._open.pop()
        if "template" in self._open or tag == "template":
            return
        if tag == "label":
            self.labels[str(self._label["for"])] = self._text.strip()
        elif tag == "legend":
            self.groups[self._within[-1] - 1] = self._text.strip()
        elif tag == "fieldset":
            self._within.pop()
        elif tag == "button":
            assert self._label["for"] or self._text.strip(), "a button without a name"
        elif tag == "select":
            chosen = [value for value, selected in self._choices if selected]
            assert len(chosen) <= 1, f"{self._select}: two options selected"
            self.sent.append((self._select, (chosen or [self._choices[0][0]])[0]))
        elif tag == "textarea":
            self.sent.append((self._select, self._text.removeprefix("\n")))

    def entries(self, question: str) -> dict[str, list[str]]:
        """What a browser would send for ``question``."""
        found: dict[str, list[str]] = {}
        for name, value in self.sent:
            assert name == question or name.startswith(f"{question}."), name
            found.setdefault(name[len(question) + 1 :], []).append(value)
        return found
