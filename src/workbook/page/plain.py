"""What a page without script has instead of it: submit buttons, hints to fold out, and what was typed put back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from ..fields import Html
from ..i18n import _
from ..kinds.markup import VOID, attributes, tag, words
from ..model import Question
from .remarks import hint

ACT = "-act"
"""The name of every submit button; its value says what to do beside saving. No question's id begins like this."""
LESSON = re.compile(r'href="\.\./([^"]+)\.ipynb" data-lesson="[^"]*"')


@dataclass(frozen=True)
class Post:
    """Where a form without script goes. ``hidden`` fields go along unseen; ``file``: the address of what was made."""

    action: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)
    file: str = ""

    def fields(self) -> Html:
        """The hidden fields."""
        return "".join(tag("input", type="hidden", name=name, value=value) for name, value in self.hidden.items())


NOWHERE = Post()


def actions(question: Question, checks: bool) -> Html:
    """What a learner may do with one question: check the answer, ask for more rows, fold out hints."""
    buttons = []
    if checks and (question.marks_itself or question.model or question.rubric):
        said = _("Check my answer") if question.marks_itself else _("Compare with a model answer")
        buttons.append(_submit(said, f"check:{question.id}"))
    if question.kind == "table" and not question.ask.fixed:
        buttons.append(_submit(_("Save, and more rows"), f"rows:{question.id}"))
    hints = "".join(
        tag("details", tag("summary", words(_("Show a hint") if n == 0 else _("Show another hint"))), hint(question, n))
        for n in range(len(question.hints))
    )
    return (tag("div", *buttons, class_="wb-actions") if buttons else "") + hints


def _submit(said: str, act: str) -> Html:
    return tag("button", words(said), type="submit", class_="wb-button", name=ACT, value=act)


def addressed(html: Html, address: Callable[[str], str]) -> Html:
    """``html`` with links to lessons as ``address`` has them; elsewhere the script fits them to the page."""
    return LESSON.sub(lambda found: f'href="{address(found[1])}"', html)


@dataclass(frozen=True)
class Retyped:
    """What was sent and could not be stored: names of fields to their values, and names to what is wrong.

    ``fields`` show what was sent (a name that ends in a dot means all that begin so); others show what is stored.
    """

    fields: tuple[str, ...]
    sent: Mapping[str, Sequence[str]]
    wrong: Mapping[str, str] = field(default_factory=dict)

    def holds(self, name: str) -> bool:
        """Whether the field ``name`` shows what was sent. A row that came in meanwhile does not: it was not sent."""
        if not any(name == one or (one.endswith(".") and name.startswith(one)) for one in self.fields):
            return False
        question, row, rest = name.partition(".row.")
        return not row or f"{question}.row.{rest.split('.')[0]}.-row" in self.sent


def retyped(html: Html, back: Retyped, prefix: str) -> Html:
    """``html`` with fields that hold what was sent, and what is wrong with one right behind it."""
    writer = _Writer(back, prefix)
    writer.feed(html)
    writer.close()
    return "".join(writer.out)


class _Writer(HTMLParser):
    """Copies a page, and changes the fields of a form on the way. It works for every kind of question."""

    def __init__(self, back: Retyped, prefix: str) -> None:
        super().__init__(convert_charrefs=False)
        self.back, self.prefix = back, prefix
        self.out: list[str] = []
        self.told: set[str] = set()
        self.inside = ""
        """The name of the list or text field that is open."""
        self.skip = False

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: True if value is None else value for key, value in attrs}
        own = str(given.get("name", ""))
        if name in ("select", "textarea"):
            self.inside = own
        if name == "option" and self.back.holds(self.inside):
            given["selected"] = given.get("value") in self._sent(self.inside)[:1]
        elif name == "input" and self.back.holds(own):
            if given.get("type") in ("radio", "checkbox"):
                given["checked"] = given.get("value") in self._sent(own)
            elif given.get("type") != "hidden" and own in self.back.sent:
                given["value"] = "".join(self._sent(own)[:1])
        if name in ("input", "select", "textarea") and own in self.back.wrong:
            described = str(given.get("aria-describedby", ""))
            given |= {"aria-invalid": "true", "aria-describedby": f"{described} {self._error(own)}".strip()}
        self.out.append(f"<{name}{attributes(given)}>")
        if name == "textarea" and self.back.holds(own) and own in self.back.sent:
            # A browser drops a line break right behind the tag.
            self.out.append("\n" + words("".join(self._sent(own)[:1])))
            self.skip = True
        if name in VOID:
            self._tell(own)

    def handle_endtag(self, name: str) -> None:
        if name == "textarea":
            self.skip = False
        self.out.append(f"</{name}>")
        if name in ("select", "textarea"):
            self._tell(self.inside)
            self.inside = ""

    def handle_data(self, data: str) -> None:
        if not self.skip:
            self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def _sent(self, name: str) -> Sequence[str]:
        return self.back.sent.get(name, ())

    def _error(self, name: str) -> str:
        return f"{self.prefix}-{name.replace('.', '--')}--error"

    def _tell(self, name: str) -> None:
        """What is wrong with a field, once, right behind it."""
        if name in self.back.wrong and name not in self.told:
            self.told.add(name)
            self.out.append(tag("p", words(self.back.wrong[name]), class_="wb-error", id=self._error(name)))
