"""The widgets: they answer the browser's messages and keep its page in step with what is stored."""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import traitlets as t
from anywidget import AnyWidget

from .. import page
from ..answers import Saved
from ..errors import WorkbookError
from ..fields import Html
from ..i18n import _
from ..kinds import BY_NAME, Malformed
from ..learner.work import LARGEST, Refused, Work
from ..model import Question
from ..places import Session
from .words import words

log = logging.getLogger(__name__)
STATIC = Path(__file__).parent.parent / "static"
KERNEL = secrets.token_hex(6)
"""Names this process to the browser, so that all forms of one kernel share a heartbeat."""
SCRIPTS = ("saving.js", "drawing.js", "table.js", "folding.js", "form.js")
"""The parts of the form's script in the order in which they are joined."""


def _script() -> str:
    """The form's script without comments and indentation, since every form sends it."""
    text = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return re.sub(r"^\s*//.*\n|^\s+", "", text, flags=re.MULTILINE)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class Surface(AnyWidget):  # type: ignore[misc]
    """A page in the browser that talks with this process."""

    _esm = t.Unicode(_script()).tag(sync=True)
    _css = t.Unicode((STATIC / "form.css").read_text(encoding="utf-8")).tag(sync=True)
    _anywidget_id = t.Unicode().tag(sync=True)
    html = t.Unicode().tag(sync=True)
    words = t.Dict().tag(sync=True)
    about = t.Dict().tag(sync=True)
    shown: WeakValueDictionary[str, Surface] = WeakValueDictionary()

    def __init__(self, name: str, session: Session, **traits: Any) -> None:
        self.token = "w" + secrets.token_hex(4)
        self.count = 0
        self.shown[self.token] = self
        about = {
            "exercise": name, "owner": session.mark, "prefix": self.token, "kernel": KERNEL, "seq": 0, "most": LARGEST,
        }  # fmt: skip
        kind = f"{type(self).__module__}.{type(self).__name__}"
        super().__init__(words=words(), about=about, _anywidget_id=kind, **traits)
        self.on_msg(self._receive)

    def add_traits(self, **traits: Any) -> None:
        """anywidget gives each widget a class of its own, to hold that name: as much work as all the rest of it."""
        missing = {name: trait for name, trait in traits.items() if not self.has_trait(name)}
        if missing:
            super().add_traits(**missing)

    def set_state(self, sync_data: Any) -> None:
        """A browser may arrange the widget; what it shows and holds comes from messages that are looked at."""
        arranged = {k: v for k, v in dict(sync_data).items() if k in ("layout", "tabbable", "tooltip")}
        super().set_state(arranged)

    @property
    def handlers(self) -> Mapping[str, Callable[[dict[str, Any]], dict[str, Any] | None]]:
        return {"beat": self._beat}

    def _receive(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Answer one message; whatever it holds, nothing is raised and nothing is stored that is no answer."""
        if not isinstance(content, dict) or not isinstance(content.get("t"), str):
            return
        id = content.get("id")
        id = id if isinstance(id, (int, float)) and not isinstance(id, bool) else None
        handler = self.handlers.get(content["t"])
        if handler is None:
            return
        try:
            if len(json.dumps(content)) > LARGEST:  # refused, not failed: what failed is sent again
                raise Refused({"": self.words["tooMuch"]})
            answer = handler(content)
        except Refused as error:
            answer = self._refused(error.parts)
        except WorkbookError as error:
            answer = {"t": "failed", "message": str(error)}
        except OSError as error:
            answer = {
                "t": "failed",
                "message": _("the computer cannot write it ({why})").format(why=error.strerror or error),
            }
        except Exception:
            log.exception("A message of the form could not be answered")
            answer = {"t": "failed", "message": _("something went wrong on our side; please try again")}
        if answer is not None:
            question = {"question": content["question"]} if isinstance(content.get("question"), str) else {}
            self.send({**question, **answer, "id": id})

    @staticmethod
    def _refused(parts: Mapping[str, str]) -> dict[str, Any]:
        part, message = next(iter(parts.items()))
        return {"t": "refused", "part": part, "message": message, "parts": dict(parts)}

    def _beat(self, content: dict[str, Any]) -> dict[str, Any]:
        """Answer a heartbeat, and look for changes in every form that is shown on the same page."""
        shown = content.get("forms")
        for token in {x for x in shown[:50] if isinstance(x, str)} if isinstance(shown, list) else ():
            other = self.shown.get(token)
            if other is not None and other is not self:
                other.tell()
        self.look()
        seq = content.get("seq")
        since = seq if isinstance(seq, int) and 0 <= seq <= self.count else 0
        return {"t": "beat", "seq": self.count, "changed": self.changes(since)}

    def look(self) -> None:
        """Notice what was stored by others."""

    def changes(self, since: int) -> list[dict[str, Any]]:
        """What the browser has to show anew since change number ``since``."""
        return []

    def tell(self) -> None:
        """Send what others changed, without being asked."""
        before = self.count
        try:
            self.look()
        except WorkbookError:
            return
        if self.count != before:
            self.send({"t": "beat", "id": None, "seq": self.count, "changed": self.changes(before)})


class Form(Surface):
    """The form of an exercise. ``value`` is question to answer; set it to fill in, observe it to follow.

    ``form.value = {"mix": "needs"}`` changes the questions named and leaves the others; None empties one.
    """

    value = t.Dict().tag(sync=True)

    def __init__(self, exercise: str, session: Session) -> None:
        self.work = Work(exercise, session)
        # Question to the number of its last change, who made it, and when.
        self.history: dict[str, tuple[int, bool, str]] = {}
        self.taking = True
        super().__init__(self.work.exercise.id, session)
        self.html = self._page()
        self.value = self.work.values()
        self.taking = False

    # -- drawing ------------------------------------------------------------------------------------------------

    def _page(self) -> Html:
        states = {id: self.work.state(q, self.token) for id, q in self.work.questions.items()}
        return page.exercise(self.work.exercise, states, self.work.surface(self.token), self.work.banner())

    def _question(self, question: Question) -> Html:
        return page.question(
            self.work.exercise, question, self.work.state(question, self.token), self.work.surface(self.token)
        )

    # -- messages -----------------------------------------------------------------------------------------------

    @property
    def handlers(self) -> Mapping[str, Callable[[dict[str, Any]], dict[str, Any] | None]]:
        return {**super().handlers, "save": self._save, "check": self._check, "hint": self._hint, "uses": self._uses}

    def _asked(self, content: dict[str, Any]) -> Question:
        id = content.get("question")
        question = self.work.questions.get(id) if isinstance(id, str) else None
        if question is None:
            raise WorkbookError(_("this question is not in the exercise any more. Please load the page again."))
        return question

    def _save(self, content: dict[str, Any]) -> dict[str, Any]:
        id = content.get("question")
        if isinstance(id, str) and id.endswith(".self"):
            question = self._asked({"question": id[: -len(".self")]})
            return {"t": "saved", "at": self.work.rate(question, content.get("entries")).at, "seq": self.count}
        question, before = self._asked(content), self.count
        self.look()  # what others stored until now is theirs; a form beside this one on the page is nobody else
        if "change" in content:
            saved, wrong = self.work.change(question, content["change"])
        else:
            saved, wrong = self.work.put(question, self.work.parse(question, content.get("entries"))), {}
        if saved is not None:
            self._changed(question, saved, before)
        others = [c for c in self.changes(before) if c["question"] != question.id or c["note"]]
        told = {
            "at": saved.at if saved else None,
            "base": before,
            "seq": self.count,
            "html": self._slots(question),
            "changed": others,
        }
        return {**told, **self._refused(wrong)} if wrong else {**told, "t": "saved"}

    def _slots(self, question: Question) -> dict[str, Html]:
        """The places around a question that a save renews."""
        state = self.work.state(question, self.token)
        return {"notice": "", "after": state.after, **page.slots(question, state, self.work.surface(self.token))}

    def _check(self, content: dict[str, Any]) -> dict[str, Any]:
        question = self._asked(content)
        html = self.work.feedback(question, self.token)
        if html is None:
            raise WorkbookError(_("this exercise is marked by your trainer; there is nothing to check yet."))
        return {"t": "feedback", "html": html}

    def _hint(self, content: dict[str, Any]) -> dict[str, Any] | None:
        question, n = self._asked(content), content.get("n")
        if not isinstance(n, int) or not 0 <= n < len(question.hints):
            return None
        return {"t": "hint", "html": page.hint(question, n), "more": n + 1 < len(question.hints)}

    def _uses(self, content: dict[str, Any]) -> dict[str, Any]:
        return {"t": "uses", "message": self.work.warning(self._asked(content), content.get("row"))}

    # -- keeping in step ----------------------------------------------------------------------------------------

    def _changed(self, question: Question, saved: Saved, before: int) -> None:
        """Remember a change made here; what others stored since change ``before``, or right after, is noticed too."""
        between = saved.seq != self.work.answers.seq + 1 and question.kind == "table"
        noted = self._elsewhere(question.id, before)
        self.look()
        self._log(question.id, between or noted or self._elsewhere(question.id, before), saved.at)

    def _elsewhere(self, question: str, since: int) -> bool:
        """Whether the last thing noticed of a question since change ``since`` was made by others."""
        number, elsewhere, _at = self.history.get(question, (0, False, ""))
        return number > since and elsewhere

    def _log(self, question: str, elsewhere: bool, at: str) -> None:
        self.count += 1
        self.history[question] = (self.count, elsewhere, at)
        self.taking = True
        self.value = self.work.values()
        self.taking = False

    def look(self) -> None:
        """Notice what other windows, kernels and devices stored, and what it changes around the questions."""
        banner = self.work.banner()
        elsewhere, around = self.work.fresh()
        for question in self.work.questions:
            if question in elsewhere or question in around:
                self._log(question, question in elsewhere, self.work.answer(question).at)
        if self.work.banner() != banner:
            self._log("", False, "")

    def changes(self, since: int) -> list[dict[str, Any]]:
        """What changed since, drawn anew: questions by id, and the banner as question ''."""
        found = []
        for id, (count, elsewhere, at) in self.history.items():
            if count > since:
                html = self._question(self.work.questions[id]) if id else self.work.banner()
                note = "elsewhere" if elsewhere else ""
                found.append({"question": id, "html": html, "note": note, "at": at, "n": count})
        return found

    # -- from Python --------------------------------------------------------------------------------------------

    @t.validate("value")  # type: ignore[untyped-decorator]
    def _valid(self, proposal: dict[str, Any]) -> dict[str, Any]:
        if self.taking:
            return dict(proposal["value"])
        new = {**self.value, **proposal["value"]}
        for id, value in proposal["value"].items():
            if id not in self.work.questions:
                raise t.TraitError(_("There is no question '{id}' in this exercise.").format(id=id))
            question = self.work.questions[id]
            try:
                new[id] = BY_NAME[question.kind].parse(question.ask, value)
            except Malformed as error:
                raise t.TraitError(f"{id}: {error}") from error
        return {id: value for id, value in new.items() if value is not None}

    @t.observe("value")  # type: ignore[untyped-decorator]
    def _set(self, change: Any) -> None:
        if self.taking:
            return
        old, new = change["old"] or {}, change["new"]
        before = self.count
        for id in {*old, *new}:
            if old.get(id) != new.get(id):
                question = self.work.questions[id]
                self._changed(question, self.work.put(question, new.get(id)), self.count)
        self.send({"t": "beat", "id": None, "seq": self.count, "changed": self.changes(before)})
