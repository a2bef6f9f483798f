"""An exercise in all its looks on one page, for those who write it."""

from __future__ import annotations

from ..fields import Html
from ..i18n import _, direction, language
from ..kinds import BY_NAME
from ..kinds.markup import tag, words
from ..model import Exercise, Question
from .a4 import blank_sheet, style
from .fieldset import Surface, split_prompt
from .remarks import feedback, part_name
from .sheet import exercise as form
from .sheet import plain

LOOK = """
body { margin: 0; background: #eef1f4; font-family: system-ui, sans-serif; }
main { max-width: 62rem; margin-inline: auto; padding: 1rem; }
main > header p, main > section > h2 + p { color: #51606f; }
main > section { margin-block: 1.5rem; padding: 1rem; background: #fff; border: 1px solid #d5dce3; }
main > section[data-look=paper] { overflow-x: auto; }
.wb-trainer { white-space: pre-wrap; }
@media print { main > header, .wb-not-paper, main > section > h2, main > section > h2 + p { display: none; } }
"""


def preview(exercise: Exercise) -> Html:
    """A whole HTML document: as a form, without script, on paper, and what only trainers see.

    Nothing in it is saved, and columns that choose from other worksheets have nothing to choose from.
    """
    looks = (
        ("form", _("In the course"), _("Buttons that need the course do nothing here."), _form(exercise)),
        ("plain", _("Without script"), _("What a browser without script shows."), _plain(exercise)),
        ("paper", _("On paper"), _("What is printed to fill in by hand."), blank_sheet(exercise)),
        ("trainer", _("For trainers"), _("Keys, feedback, rubrics and model answers."), _private(exercise)),
    )
    title = words(_("Preview: {exercise}").format(exercise=exercise.id))
    top = f"<title>{title}</title>" + tag("style", style() + LOOK)
    view = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    note = tag("p", words(_("Nothing is saved here.")))
    body = tag("main", tag("header", tag("h1", title), note), *[_look(*look) for look in looks], dir=direction())
    return f'<!DOCTYPE html>\n<html lang="{words(language())}"><head>{view}{top}</head><body>{body}</body></html>\n'


def _look(id: str, title: str, about: str, inside: Html) -> Html:
    head = tag("h2", words(title), id=f"look-{id}") + tag("p", words(about))
    look = None if id == "paper" else "wb-not-paper"
    return tag("section", head, inside, class_=look, aria_labelledby=f"look-{id}", data_look=id)


def _form(exercise: Exercise) -> Html:
    return form(exercise, {}, Surface(mode="form", prefix="form", checks=exercise.purpose == "practice"))


def _plain(exercise: Exercise) -> Html:
    return plain(exercise, {}, Surface(mode="plain", prefix="plain"))


def _private(exercise: Exercise) -> Html:
    drawn = [_answers(exercise, question) for question in exercise.questions]
    inside = "".join(drawn) or tag("p", words(_("There is nothing that only trainers see.")))
    return tag("div", inside, class_="wb")


def _answers(exercise: Exercise, question: Question) -> Html:
    """One question's key as the answer that earns all points with its feedback, its model answer and its rubric."""
    inside = []
    if question.key is not None:
        kind = BY_NAME[question.kind]
        for value in kind.samples(question.ask, question.key).right[:1]:
            said = tag("p", words(kind.readable(question.ask, value)), class_="wb-trainer")
            inside += [said, feedback(exercise, question, kind.mark(question.ask, question.key, value))]
        inside += _said(question)
    if question.model:
        inside += [tag("h4", words(_("A model answer"))), question.model]
    for criterion in question.rubric:
        part = [" ", words(_("In part:")), " ", criterion.part] if criterion.part else []
        worth = tag("span", words(_("({n} points)").format(n=criterion.points)), class_="wb-tags")
        inside.append(tag("p", criterion.full, *part, " ", worth))
    if not inside:
        return ""
    return tag("details", tag("summary", split_prompt(question.prompt)[0]), *inside)


def _said(question: Question) -> list[Html]:
    """The feedback on answers that are not right: for each option, item or row, and for any other."""
    said = []
    by_part = getattr(question.key, "feedback", {})
    for part, text in by_part.items():
        name = tag("strong", part_name(question.ask, part) or words(part), ":")
        said.append(tag("li", name, " ", text))
    wrong = getattr(question.key, "wrong", None)
    if wrong:
        said.append(tag("li", wrong))
    if not said:
        return []
    return [tag("h4", words(_("What is said to other answers"))), tag("ul", *said)]
