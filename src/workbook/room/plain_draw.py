"""The parts of a lesson as HTML for a page without script: exercises as plain forms, charts in words, the hand-in."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from .. import page
from ..charts import words as said
from ..charts.data import SOURCES
from ..errors import WorkbookError
from ..fields import Html
from ..i18n import _
from ..kinds.markup import tag, words
from ..kinds.table import Ask
from ..learner import Learner, chapters
from ..learner.standings import standings
from ..learner.work import Work
from ..model import Question
from ..places import Session
from .plain_parts import Call
from .plain_posted import BASE, SURE, Outcome, marks

PREFIX = "wb"
CHECKED = "-checked"
"""A hidden field: the questions whose answers are checked on the page, so that they stay so."""
MORE = 3
"""So many empty rows are offered to those who ask for more."""


@dataclass(frozen=True)
class Look:
    """What to show beside the answers: that they were ``saved``, of which questions they are checked, and in which
    worksheets there are more rows to fill. ``outcome`` is of a page that could not be stored altogether; ``empty``: of
    a hand-in without answers."""

    saved: bool = False
    checks: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    outcome: Outcome | None = None
    empty: bool = False


@dataclass(frozen=True)
class Desk:
    """Whom a page serves and where it is: ``action`` is its own address, ``hidden`` what each form carries along."""

    session: Session
    learner: Learner
    action: str
    hidden: Mapping[str, str]
    name: str = ""

    def shown(self, call: Call | None, look: Look) -> Html:
        """What a cell shows; a sentence where it cannot be shown."""
        drawn = {"form": self._form, "hand_in": self._hand_in, "chart": self._chart, "plan_overview": self._overview}
        try:
            if call is not None:
                return drawn[call.name](call, look)
            return tag("p", words(_("This part needs the page with script.")), class_="wb-notice")
        except WorkbookError as error:
            return tag("p", words(error), role="alert", class_="wb-notice")

    def work(self, call: Call) -> Work:
        """The exercise of a form."""
        return Work(self.learner.drawn(call.given), self.session)

    def _form(self, call: Call, look: Look) -> Html:
        work = self.work(call)
        surface = dataclasses.replace(work.surface(PREFIX), mode="plain")
        states = {id: _state(work, question, look) for id, question in work.questions.items()}
        outcome = look.outcome
        hidden = {**self.hidden, BASE: marks(work, outcome), CHECKED: " ".join(look.checks)}
        if outcome is not None:
            hidden[SURE] = " ".join(outcome.sure)
        notice = _notice(look) + work.banner()
        post = page.Post(self.action, hidden)
        html = page.plain(work.exercise, states, surface, post, notice=notice, onward=True)
        return page.retyped(html, _typed(work, outcome), PREFIX) if outcome is not None else html

    def _hand_in(self, call: Call, look: Look) -> Html:
        (unit,) = call.given
        title = next((u["title"] for u in self.learner.course["units"] if u["id"] == unit), unit)
        name = self.learner.name or self.name
        post = page.Post(self.action, self.hidden, f"{self.action}?file=1")
        given = {"alone": self.learner.session.alone, "empty": look.empty}
        receipt, listed = self.learner.receipt(unit), standings(self.learner, unit)
        return page.hand_in(title, listed, receipt, name=name, prefix="hand-in", post=post, **given)

    def _chart(self, call: Call, look: Look) -> Html:
        """A chart in words: everything it shows, without a drawing."""
        source = SOURCES.get("".join(call.given))
        if source is None:
            return ""
        plan = self.learner.plan(source.exercises)
        picture = source.read(plan)
        if not picture.begun:
            exercise = plan.exercises[source.exercises[0]]
            text = _("Nothing to show yet. First fill in “{exercise}” (lesson: {lesson}).")
            told = words(text.format(exercise=exercise.title, lesson=self.learner.title(exercise.lesson)))
            return tag("section", tag("h2", words(said.title(picture))), tag("p", told), class_="wb")
        private = said.private(picture)
        return tag(
            "section",
            tag("h2", words(said.title(picture))),
            tag("p", words(private), class_="wb-meta") if private else "",
            tag("ul", *(tag("li", words(text)) for text in said.sentences(picture))),
            class_="wb",
        )

    def _overview(self, call: Call, look: Look) -> Html:
        return page.plan_overview(chapters(self.learner), prefix="plan", level=2)


def _state(work: Work, question: Question, look: Look) -> page.State:
    """Everything that is shown of a question."""
    state, outcome = work.state(question, PREFIX), look.outcome
    if isinstance(question.ask, Ask):
        there = {row["id"] for row in (state.value or {}).get("rows", ())}
        sent = _new_rows(outcome, question.id, there | set(work.answer(question.id).removed))
        wanted = max(1, question.ask.empty - len(there)) if question.id not in look.rows else MORE
        fresh = [*sent, *state.extra["fresh"]]
        state = dataclasses.replace(state, extra={**state.extra, "fresh": fresh, "offered": max(wanted, len(sent))})
    if question.id in look.checks:
        after = work.feedback(question, PREFIX)
        state = dataclasses.replace(state, after=state.after if after is None else after)
    wrong = outcome.wrong.get(question.id) if outcome is not None else None
    if wrong and not (isinstance(question.ask, Ask) and "" not in wrong):
        part = "" if isinstance(question.ask, Ask) else next(iter(wrong))
        state = dataclasses.replace(state, error=(part, wrong[part]))
    return state


def _new_rows(outcome: Outcome | None, question: str, there: set[str]) -> list[str]:
    """The rows that a page offered empty and that are not stored yet."""
    if outcome is None:
        return []
    start, end = f"{question}.row.", ".-row"
    names = (name for name, values in outcome.sent.items() if list(values) == ["new"])
    ids = (name[len(start) : -len(end)] for name in names if name.startswith(start) and name.endswith(end))
    return [id for id in ids if id not in there]


def _typed(work: Work, outcome: Outcome) -> page.Retyped:
    """What goes back into the fields: all of it where nothing was stored, else what is wrong."""
    back: list[str] = []
    told: dict[str, str] = {}
    for id, question in work.questions.items():
        wrong = outcome.wrong.get(id, {})
        if outcome.failed or (wrong and ("" in wrong or not isinstance(question.ask, Ask))):
            back += [id, f"{id}."]
        elif wrong:
            back += [f"{id}.{part}" for part in wrong]
        if isinstance(question.ask, Ask):
            told |= {f"{id}.{part}": text for part, text in wrong.items() if part}
    return page.Retyped(tuple(back), outcome.sent, told)


def _notice(look: Look) -> Html:
    """What stands at the top of a form: that it was saved, or what could not be, each with a link to its place."""
    if look.outcome is None:
        return tag("p", words(_("Saved.")), role="status") if look.saved else ""
    if look.outcome.failed:
        text = _("Nothing was saved: {why} What you typed stands below; please try again.")
        return tag("p", words(text.format(why=look.outcome.failed)), role="alert")
    listed = []
    for question, wrong in look.outcome.wrong.items():
        for part, text in wrong.items():
            place = f"{PREFIX}-{question}"
            if part.startswith("row."):
                place += "--" + "--".join(part.split(".")[1:]).replace("---remove", "--remove")
            listed.append(tag("li", tag("a", words(text), href=f"#{place}")))
    head = tag("p", words(_("Not everything could be saved. What is listed here is not saved yet:")))
    return tag("div", head, tag("ul", *listed), role="alert")
