"""Learners who know nothing: what they choose, and what it earns them.

A guesser that looks at the words (the longest option, the first, the one with most words of the prompt, the one that
sounds most virtuous) is compared with chance, item by item. A random guesser's points are an expectation: exact where
the answers can be listed, else the mean of many answers drawn with a seed made of the question's id.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbook.fields import plain
from workbook.kinds import BY_NAME
from workbook.kinds.table import initial
from workbook.model import Question

LISTED = 1100
"""Up to how many answers are listed one by one."""
DRAWN = 200
"""How many are drawn otherwise."""

VIRTUES = re.compile(
    r"\b(all|everyone|everybody|together|consult\w*|inclusi\w*|participat\w*|agree\w*|consensus|dialogue|invit\w*|joint\w*"
    r"|listen\w*|equal\w*|fair\w*|respect\w*|sharing|openness|transparen\w*|trust\w*|voices?|workshops?)\b"
)
"""Words that sound good whatever the question is."""

SMALL_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "do",
        "does",
        "for",
        "from",
        "has",
        "have",
        "how",
        "if",
        "in",
        "is",
        "it",
        "its",
        "no",
        "not",
        "of",
        "on",
        "or",
        "out",
        "so",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "to",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)

Score = Callable[[str, str], float]
"""How much a guesser likes a text, given what is asked."""


def bag(text: str) -> set[str]:
    """The words that say something, as stems of six letters at most."""
    return {word[:6] for word in re.findall(r"[a-z]+", plain(text).casefold()) if word not in SMALL_WORDS}


def by_length(text: str, asked: str) -> float:
    return len(plain(text))


def by_place(text: str, asked: str) -> float:
    return 0  # replaced by the place: see `liked`


def by_prompt(text: str, asked: str) -> float:
    return len(bag(text) & bag(asked))


def by_virtue(text: str, asked: str) -> float:
    return len(VIRTUES.findall(plain(text).casefold()))


GUESSERS: Mapping[str, Score] = {
    "longest": by_length,
    "first": by_place,
    "most words of the prompt": by_prompt,
    "most virtuous": by_virtue,
}


def liked(score: Score, options: Mapping[str, str], asked: str) -> list[str]:
    """The options a guesser likes best; several when it cannot tell them apart."""
    if score is by_place:
        return [next(iter(options))]
    marks = {id: score(text, asked) for id, text in options.items()}
    return [id for id, mark in marks.items() if mark == max(marks.values())]


@dataclass(frozen=True)
class Hit:
    """How often a guesser is right at one item, and how often chance is."""

    guessed: float
    chance: float


def hit(score: Score, question: Question) -> Hit | None:
    """How a guesser does at a question; None when it is no item with choices and a key."""
    ask, key, kind = question.ask, question.key, question.kind
    if key is None:
        return None
    asked = question.prompt
    if kind in ("single-choice", "multiple-choice", "situational"):
        right = {
            "single-choice": lambda: {key.answer},
            "multiple-choice": lambda: set(key.answers),
            "situational": lambda: {id for id, rating in key.ratings.items() if rating == "fitting"},
        }[kind]()
        best = liked(score, ask.options, asked)
        return Hit(sum(id in right for id in best) / len(best), len(right) / len(ask.options))
    if kind in ("match", "scale"):
        parts, choices = (ask.items, ask.categories) if kind == "match" else (ask.rows, ask.levels)
        guesses = [(liked(score, choices, parts[part]), wanted) for part, wanted in key.answer.items()]
        return Hit(sum((wanted in best) / len(best) for best, wanted in guesses) / len(guesses), 1 / len(choices))
    if kind == "order":
        return Hit(_in_order(score, ask.items, key.answer, asked), 0.5)
    if kind == "allocate":
        best = liked(score, ask.rows, asked)
        middle = {row: sum(key.ranges[row]) for row in key.ranges}
        most = {row for row, size in middle.items() if size == max(middle.values())}
        return Hit(sum(id in most for id in best) / len(best), len(most) / len(ask.rows))
    return None


def _in_order(score: Score, items: Mapping[str, str], answer: Sequence[str], asked: str) -> float:
    """The share of pairs that stand right when items are put in the order in which a guesser likes them."""
    marks = {id: -place if score is by_place else score(items[id], asked) for place, id in enumerate(items)}
    pairs = list(itertools.combinations(answer, 2))
    return sum(0.5 if marks[a] == marks[b] else float(marks[a] > marks[b]) for a, b in pairs) / len(pairs)


def edge(score: Score, questions: Sequence[Question]) -> float:
    """By how much a guesser beats chance (under 0: is beaten), as a share of items, over all with choices and a key."""
    hits = [found for question in questions if (found := hit(score, question)) is not None]
    return sum(found.guessed - found.chance for found in hits) / len(hits)


def avoiding(score: Score, questions: Sequence[Question]) -> float:
    """By how much a guesser beats chance at single choices who takes any option but those it likes best."""
    gained = 0.0
    for question in questions:
        options, right = question.ask.options, question.key.answer
        left = set(options) - set(liked(score, options, question.prompt)) or set(options)
        gained += (right in left) / len(left) - 1 / len(options)
    return gained / len(questions)


def expected(question: Question) -> float:
    """The share of a question's points that random answers earn; texts and numbers are left blank."""
    kind, key = BY_NAME[question.kind], question.key
    answers = [kind.parse(question.ask, raw) for raw in _answers(question)]
    earned = [0.0 if value is None else kind.mark(question.ask, key, value).fraction for value in answers]
    return sum(earned) / len(earned) if earned else 0.0


def _answers(question: Question) -> Iterator[Any]:
    ask, rng = question.ask, random.Random(question.id)
    match question.kind:
        case "single-choice":
            yield from ask.options
        case "multiple-choice":
            subsets = itertools.product((False, True), repeat=len(ask.options))
            yield from ([o for o, chosen in zip(ask.options, subset, strict=True) if chosen] for subset in subsets)
        case "match":
            yield from _each(ask.items, list(ask.categories), rng)
        case "scale":
            yield from _each(ask.rows, list(ask.levels), rng)
        case "situational":
            yield from _each(ask.options, ["fitting", "acceptable", "harmful"], rng)
        case "order":
            items = list(ask.items)
            yield from (rng.sample(items, len(items)) for _ in range(DRAWN))
        case "allocate":
            for _ in range(DRAWN):
                cuts = [0, *sorted(rng.randint(0, ask.total) for _ in list(ask.rows)[1:]), ask.total]
                yield {row: b - a for row, (a, b) in zip(ask.rows, itertools.pairwise(cuts), strict=True)}
        case "table":
            yield from (_filled(ask, rng) for _ in range(DRAWN))


def _each(parts: Mapping[str, str], choices: list[str], rng: random.Random) -> Iterator[dict[str, str]]:
    if len(choices) ** len(parts) <= LISTED:
        for given in itertools.product(choices, repeat=len(parts)):
            yield dict(zip(parts, given, strict=True))
    else:
        for _ in range(DRAWN):
            yield {part: rng.choice(choices) for part in parts}


def _filled(ask: Any, rng: random.Random) -> dict[str, Any]:
    """A worksheet in which each cell that offers something to choose holds a random choice."""
    value = initial(ask)
    rows = [dict(row, cells=dict(row["cells"])) for row in value["rows"]]
    for row in rows:
        for id, column in ask.columns.items():
            offered = _offered(column)
            if offered and not column.given:
                row["cells"][id] = [rng.choice(offered)] if column.many else rng.choice(offered)
    return {**value, "rows": rows}


def _offered(column: Any) -> list[str]:
    if column.type == "choice":
        return list(column.options)
    if column.type == "yes-no-unknown":
        return ["yes", "no", "unknown"]
    if column.type == "goal":
        return [str(n) for n in range(1, 18)]
    return []
