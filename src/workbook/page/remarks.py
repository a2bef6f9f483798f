"""What is said about an answer: right or not and why, findings on a worksheet, hints, the model answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..fields import Html, plain
from ..i18n import _
from ..kinds import BY_NAME
from ..kinds.markup import lesson_link, tag, words
from ..kinds.table import Ask as Worksheet
from ..kinds.table.rows import cell_name
from ..model import Exercise, Finding, Marked, Question

ASIDE = ("not-known", "not-for-us")
FIRST = 2
"""So many remarks stand open on a worksheet that nobody has begun; the others are folded."""


def right_answer(question: Question) -> str:
    """A right answer in words, a line for each part; empty for a question without a key."""
    if question.key is None:
        return ""
    kind = BY_NAME[question.kind]
    right = list(kind.samples(question.ask, question.key).right)[:1]
    return kind.readable(question.ask, kind.parse(question.ask, right[0])) if right else ""


def feedback(
    exercise: Exercise,
    question: Question,
    marked: Marked | None,
    lessons: Mapping[str, str] | None = None,
    *,
    told: bool = False,
) -> Html:
    """Right or not, why, and where to read again; ``marked`` is None for a question without an answer.

    ``told``: a right answer stands there too, since nobody tries again.
    """
    if marked is None:
        return tag(
            "div",
            tag("p", words(_("Give an answer first, then check it.")), class_="wb-verdict"),
            class_="wb-feedback wb-open",
        )
    if marked.fraction >= 1:
        look, verdict = "wb-right", _("Right.")
    elif marked.fraction > 0:
        look, verdict = "wb-partly", _("Partly right.")
    else:
        look, verdict = "wb-wrong", _("Not right yet.")
    said = [n for n in marked.notes if n.text or (n.part and n.right is not None)]
    if question.kind == "table":
        said = [n for n in said if n.text or not n.right]  # a worksheet has many cells: what is right needs no line
    notes = [_note(question, n.part, n.right, n.text) for n in said]
    if question.kind == "single-choice" and len(said) == 1:
        # There is one answer, and the verdict says of it what sign and name would say again.
        notes = [tag("li", n.text, data_part=n.part or None) for n in said if n.text]
    inside = [tag("p", words(verdict), class_="wb-verdict")]
    if notes:
        inside.append(tag("ul", *notes, class_="wb-notes"))
    if told and marked.fraction < 1 and (right := right_answer(question)):
        lines = "<br>".join(words(line) for line in right.splitlines())
        inside.append(tag("details", tag("summary", words(_("A right answer"))), tag("p", lines), class_="wb-more"))
    if marked.fraction < 1:
        inside.append(read_again(exercise, question, lessons or {}))
    return tag("div", *inside, class_=f"wb-feedback {look}")


def read_again(exercise: Exercise, question: Question, lessons: Mapping[str, str]) -> Html:
    """A link to the lesson that explains it."""
    lesson = question.read or exercise.lesson
    if lesson == exercise.lesson:
        return tag("p", words(_("Read again: this lesson, above.")), class_="wb-read")
    title = lessons.get(lesson) or lesson.split("/")[-1].replace("-", " ").capitalize()
    return tag("p", words(_("Read again:")), " ", lesson_link(title, lesson), class_="wb-read")


def _note(question: Question, part: str, right: bool | None, text: Html) -> Html:
    name = part_name(question.ask, part)
    # A situational option one step off is neither right nor wrong.
    near = _("Close") if question.kind == "situational" else ""
    sign = {True: _("Right"), False: _("Not right"), None: near}[right]
    about = tag("strong", words(plain(name)), ": " if text else "") if name else ""
    said = tag("span", words(sign), class_="wb-sign") + " " if sign and name else ""
    look = {True: "wb-right", False: "wb-wrong", None: ""}[right]
    return tag("li", said, about, text, class_=look or None, data_part=part or None)


def part_name(ask: Any, part: str) -> Html:
    """How the learner knows a part of a question: the text of an option, item or row, or where a cell stands."""
    for group in ("options", "items", "rows"):
        named = getattr(ask, group, None)
        if isinstance(named, Mapping) and part in named:
            return str(named[part])
    return words(cell_name(ask, part)) if isinstance(ask, Worksheet) else ""


def findings(question: Question, found: Sequence[Finding], value: Any = None) -> Html:
    """What checks say of a worksheet. Each can be answered: not known yet (who finds out, by when), or not for us."""
    if not found:
        return ""
    aside = value.get("aside") or {} if isinstance(value, Mapping) else {}
    still = [f for f in found if f.check not in aside]
    done = [f for f in found if f.check in aside]
    inside = []
    # Before anything was written, they tell what the sheet is for; nothing is amiss yet.
    begun = bool(done) or (isinstance(value, Mapping) and any(row.get("cells") for row in value.get("rows") or ()))
    if still:
        title = _("Still to look at") if begun else _("What this table should hold in the end")
        inside.append(tag("p", words(title), class_="wb-findings-title"))
        first = still if begun else still[:FIRST]
        inside.append(tag("ul", *[_finding(question, f, {}) for f in first]))
        if more := still[len(first) :]:
            head = tag("summary", words(_("{n} more").format(n=len(more))))
            inside.append(tag("details", head, tag("ul", *[_finding(question, f, {}) for f in more]), class_="wb-more"))
    if done:
        inside.append(tag("p", words(_("Set aside by you")), class_="wb-findings-title"))
        inside.append(tag("ul", *[_finding(question, f, aside[f.check]) for f in done], class_="wb-aside"))
    return tag("div", *inside, class_="wb-findings" if begun else "wb-findings wb-before")


def _finding(question: Question, finding: Finding, aside: Mapping[str, Any]) -> Html:
    cite = tag("cite", words("; ".join(finding.cite))) if finding.cite else ""
    rows = " ".join(finding.rows) or None
    return tag(
        "li",
        tag("p", finding.message, " ", cite),
        _aside(question, finding.check, aside),
        data_rows=rows,
        data_check=finding.check,
    )


def _aside(question: Question, check: str, aside: Mapping[str, Any]) -> Html:
    """Controls that answer a finding without filling the table."""
    name = f"{question.id}.aside.{check}"
    given = str(aside.get("as") or "")
    labels = {"": _("I am working on it"), "not-known": _("Not known yet"), "not-for-us": _("Not for us")}
    options = [tag("option", words(text), value=word, selected=word == given) for word, text in labels.items()]
    state = tag("label", words(_("My answer to this")), tag("select", *options, name=f"{name}.as"))
    why = _("Who finds out, or why it is not for us")
    text = tag(
        "label",
        words(why),
        tag("input", type="text", name=f"{name}.text", value=aside.get("text") or "", maxlength=500),
    )
    by = tag("label", words(_("By when")), tag("input", type="date", name=f"{name}.by", value=aside.get("by") or ""))
    head = tag("summary", words(labels[given] if given in ASIDE else _("Not known yet, or not for us?")))
    return tag("details", head, tag("div", state, text, by, class_="wb-aside-fields"), class_="wb-set-aside")


def hint_button(question: Question, shown: int) -> Html:
    """The button that asks for the next hint, after ``shown`` of them."""
    label = _("Show a hint") if shown == 0 else _("Show another hint")
    return tag("button", words(label), type="button", class_="wb-button wb-quiet", data_act="hint", data_n=shown)


def hint(question: Question, n: int) -> Html:
    """Hint ``n`` (from 0) of a question."""
    title = tag("p", words(_("Hint {n} of {all}").format(n=n + 1, all=len(question.hints))), class_="wb-hint-title")
    return tag("div", title, question.hints[n], class_="wb-hint")


def model_answer(question: Question, rated: Mapping[str, Any] | None, prefix: str = "wb") -> Html:
    """The model answer and the rubric, with which someone learning alone rates the own answer.

    ``rated`` is criterion id to ``full``, ``part`` or ``none``.
    """
    inside: list[Html] = []
    if question.model:
        inside.append(
            tag("div", tag("p", words(_("A model answer")), class_="wb-verdict"), question.model, class_="wb-model")
        )
    given = rated or {}
    for number, criterion in enumerate(question.rubric, start=1):
        name, id = f"{question.id}.self.{criterion.id}", f"{prefix}-{question.id}-self-{criterion.id}"
        levels = {"full": criterion.full, "part": criterion.part, "none": words(_("Not yet"))}
        points = {"full": criterion.points, "part": criterion.points / 2, "none": 0}
        rows = []
        for level, text in levels.items():
            if text is None:
                continue
            radio = tag(
                "input",
                type="radio",
                name=name,
                value=level,
                id=f"{id}-{level}",
                checked=given.get(criterion.id) == level,
            )
            worth = tag(
                "span",
                words(_("({n} of {all})").format(n=f"{points[level]:g}", all=criterion.points)),
                class_="wb-tags",
            )
            rows.append(
                tag("div", radio, tag("label", tag("span", text), " ", worth, for_=f"{id}-{level}"), class_="wb-option")
            )
        place = _("Rate your own answer: {n} of {all}").format(n=number, all=len(question.rubric))
        legend = tag("legend", words(place if len(question.rubric) > 1 else _("Rate your own answer")))
        inside.append(tag("fieldset", legend, tag("div", *rows, class_="wb-options"), class_="wb-rate", id=id))
    return tag("div", *inside, class_="wb-after-hand-in", data_self=question.id) if inside else ""
