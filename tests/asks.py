"""Questions of every kind as an author writes them: the fields of a kind, with its key where there is one.
Texts are HTML already, as in a released exercise.

The contract test in ``test_kinds.py`` tries each of them with all samples of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from workbook.errors import Problems
from workbook.fields import NOTHING, Node, read, specs
from workbook.kinds import KINDS

ASKS: dict[str, list[dict[str, Any]]] = {
    "single-choice": [
        {
            "options": {
                "accept": "Accept, a known name always helps",
                "needs": "Go back to the <strong>resources the goal needs</strong> and ask what the company adds",
                "later": "Keep it waiting until the others have signed",
            },
            "key": {
                "answer": "needs",
                "right": "A partner is chosen for what the goal needs.",
                "feedback": {"accept": "A name is no resource.", "later": "Waiting settles nothing."},
            },
        },
        {"options": {"yes": "Yes", "no": "No"}, "key": {"answer": "no"}},
        {"options": {"new-idea": "A new idea", "running": "A running partnership", "case": "The case of our table"}},
    ],
    "multiple-choice": [
        {
            "options": {
                "past": "What has been tried before",
                "figures": "How many homes are concerned",
                "priority": "How high the town ranks the problem",
                "why": "Why no single body can solve it",
                "budget": 'What each partner will pay "in cash" &amp; when',
                "season": "When in the year illness is worst",
            },
            "key": {
                "answers": ["past", "priority", "why"],
                "right": "All three gaps found.",
                "feedback": {"past": "Nothing says what was done before.", "figures": "The number is there: 3,100."},
            },
        },
        {"options": {"a": "A", "b": "B", "c": "C", "d": "D"}, "key": {"answers": ["d"]}},
        {
            "options": {
                "bins": "Bins",
                "burning": "Burning",
                "price": "Price",
                "word": "A word",
                "crews": "Crews",
                "count": "A count",
                "offer": "An offer",
            },
            "key": {"answers": ["bins", "burning", "price", "word"]},
        },
        {"options": {"government": "Government", "business": "Business", "civil-society": "Civil society"}},
    ],
    "number": [
        {
            "unit": "%",
            "decimals": 1,
            "key": {
                "answer": 57.1,
                "tolerance": 0.1,
                "right": "24 of 42 tonnes.",
                "wrong": "Add up all places first.",
                "slips": [
                    {"value": 43.3, "tolerance": 0.1, "text": "You took the mean of three shares."},
                    {"value": 42.9, "tolerance": 0.1, "text": "That is the share <em>not</em> collected."},
                ],
            },
        },
        {"unit": "households", "decimals": 0, "key": {"answer": "12000", "wrong": "Divide by five people."}},
        {"unit": "°C", "key": {"answer": "-0.75", "tolerance": 0.25}},
        {"key": {"answer": 1234.567}},
        {"unit": "US$"},
    ],
    "order": [
        {
            "items": {
                "sign": "Sign the agreement",
                "need": "Name the need",
                "ask": "Ask partners",
                "map": "Map those affected",
            },
            "key": {
                "answer": ["need", "map", "ask", "sign"],
                "right": "The need comes first.",
                "wrong": "Who can be asked before the need is named?",
            },
        },
        {
            "items": {"c": "Formation", "a": "Initiation", "b": "<em>Preparation</em>"},
            "key": {"answer": ["b", "a", "c"]},
        },
        {
            "items": {
                "water": "Water &amp; sanitation",
                "health": "Health",
                "schools": "Schools",
                "roads": "Roads",
                "energy": "Energy",
            }
        },
    ],
    "match": [
        {
            "items": {
                "vote": "The council votes five to two",
                "agenda": "Waste burning never comes up",
                "belief": "“We cannot teach engineers”",
            },
            "categories": {"visible": "Visible", "hidden": "Hidden", "invisible": "Invisible"},
            "key": {
                "answer": {"vote": "visible", "agenda": "hidden", "belief": "invisible"},
                "right": "You looked behind the scene.",
                "feedback": {"agenda": "It never arrives: hidden."},
            },
        },
        {
            "items": {"permit": "Leave to store waste", "fuel": "Money for fuel"},
            "categories": {"financial": "Financial", "institutional": "Institutional"},
            "key": {"answer": {"permit": "institutional", "fuel": "financial"}},
        },
        {
            "items": {
                "partner-a": "Fishing co-operative",
                "partner-b": "Bank",
                "partner-c": "Clinic",
                "partner-d": "School",
            },
            "categories": {"kind": "In kind", "cash": "In cash", "both": "Both", "none": "None &lt;yet&gt;"},
        },
    ],
    "scale": [
        {
            "rows": {
                "political": "Political backing",
                "senior": "Senior people know",
                "staff": "Staff are on the team",
            },
            "levels": {"missing": "Missing", "part": "In part", "place": "In place"},
            "key": {
                "answer": {"political": "place", "senior": "part", "staff": "missing"},
                "right": "One is missing.",
                "feedback": {"staff": "Read in the newspaper is not on board."},
            },
        },
        {
            "rows": {"trust": "Trust", "gain": "Gain for each", "power": "Balance of power", "voice": "Voice"},
            "levels": {
                "red": "Red",
                "amber-red": "Amber to red",
                "amber": "Amber",
                "amber-green": "Amber to green",
                "green": "Green",
            },
            "key": {"answer": {"trust": "red", "gain": "amber", "power": "green"}, "near": True},
        },
        {
            "rows": {"one": "We meet as equals", "two": "We &lt;decide&gt; together"},
            "levels": {"no": "Not at all", "some": "Somewhat", "fully": "Fully"},
        },
    ],
    "allocate": [
        {
            "rows": {"field": "Work in the field", "travel": "Travel", "learning": "Learning &amp; review"},
            "unit": "%",
            "key": {
                "ranges": {"field": [60, 80], "travel": [0, 20], "learning": [10, 25]},
                "right": "Most goes to the work itself.",
                "feedback": {"learning": "Nothing is learned without time for it."},
            },
        },
        {
            "rows": {"council": "Council", "crews": "Crews", "market": "Market", "clinic": "Clinic"},
            "total": 10,
            "unit": "points",
            "key": {"ranges": {"crews": [2.5, 5], "market": [0, 3.75]}},
        },
        {"rows": {"water": "Water", "health": "Health"}, "total": 1000},
    ],
    "situational": [
        {
            "options": {
                "thank": "Thank them and ask the others first",
                "sign": "Sign at once, before they change their mind",
                "draft": "Draft terms that bind both sides",
                "refuse": "Refuse with a polite letter",
            },
            "key": {
                "ratings": {"thank": "acceptable", "sign": "harmful", "draft": "fitting", "refuse": "acceptable"},
                "right": "A sound judgement.",
                "feedback": {"sign": "Others lose their say.", "draft": "Both sides gain."},
            },
        },
        {
            "options": {"wait": "Wait", "tell": "Tell the board"},
            "key": {"ratings": {"wait": "harmful", "tell": "fitting"}},
        },
        {"options": {"vote": "Call a vote", "talk": "Talk in private", "stop": "Stop &lt;all&gt; work"}},
    ],
    "short-text": [
        {
            "most-words": 5,
            "key": {
                "accept": ["Plan to partner", "planning to partner"],
                "right": "That is task 1.3.",
                "wrong": "Look at task 1.3.",
            },
        },
        {"key": {"accept": ["co-ordinator"]}},
        {"key": {"accept": ["17", "seventeen", "SDG 17"]}},
        {"most-words": 12},
    ],
    "long-text": [
        {"least-words": 60, "most-words": 120},
        {"most-words": 40},
        {},
    ],
    "table": [
        {
            "one": "partner",
            "columns": {
                "name": {"type": "text", "required": True},
                "sector": {"type": "choice", "options": {"un": "United Nations", "business": "A <b>business</b>"}},
                "goals": {"type": "goal", "many": True},
                "target": {"type": "target"},
                "meets": {"type": "ref", "from": "initiation/needs.need", "many": True, "label": "Meets <em>it</em>"},
                "decides": {"type": "yes-no-unknown", "help": "Yes or no?"},
                "likelihood": {"type": "number"},
                "impact": {"type": "number", "unit": "points"},
                "risk": {"type": "computed", "of": {"product": ["likelihood", "impact"]}},
                "from-day": {"type": "date"},
                "note": {"type": "long", "visibility": "private"},
                "status": {"type": "choice", "options": ["assumed", "asked"], "default": "assumed"},
            },
            "checks": [{"rows": {"min": 4}}, {"covers": "initiation/needs.need", "by": "meets", "why": "It matters."}],
        },
        {
            "fixed": True,
            "columns": {
                "kind": {"type": "text", "locked": True},
                "decision": {"type": "choice", "options": {"keep": "Keep it", "drop": "Drop it", "ask": "Ask first"}},
                "days": {"type": "number", "unit": "days"},
                "word": {"type": "text"},
                "who": {"type": "choice", "many": True, "options": ["town", "company", "university"]},
            },
            "start": {
                "cash": {"kind": "A gift in cash", "decision": "keep"},
                "office": {"kind": 'An office for "free" &amp; heated', "days": 3},
                "crew": {"kind": "A crew"},
            },
            "key": {
                "cells": {
                    "cash": {"decision": ["drop", "ask"]},
                    "office": {"days": [30, "31"], "word": "agreement"},
                    "crew": {"who": ["town", "company"]},
                },
                "checks": [{"sum": "days", "min": 30, "points": 2}],
                "right": "All right.",
                "feedback": {"cash": "Cash with strings is a loan.", "sum-days": "Count the days again."},
            },
        },
        {
            "columns": {
                "step": {"type": "text"},
                "after": {"type": "ref", "from": "harbour/steps.step"},
                "begins": {"type": "date"},
                "effort": {"type": "number", "least": 1, "most": 5},
                "ends": {"type": "date"},
            },
            "start": {
                "plan": {"step": "Plan", "begins": "2027-02-01", "ends": "2027-01-01"},
                "do": {"step": "Do", "after": "plan"},
            },
            "key": {"cells": {"plan": {"ends": "2027-03-01"}}, "checks": [{"before": ["begins", "ends"]}]},
        },
    ],
}
"""By kind; at least three each."""


def read_ask(kind: Any, fields: dict[str, Any]) -> tuple[Any, Any, list[str]]:
    """A kind's ask and key read from plain dicts, and every mistake that was reported."""
    problems = Problems("test.yml")
    node = Node(fields, (), problems)
    ask = read(kind.ask_type, node, also=("key",))
    key = read(kind.key_type, node.at("key")) if "key" in fields else None
    if ask is not NOTHING and key is not NOTHING:
        kind.verify(ask, key, node)
    return ask, key, [f"{p.field}: {p.message}" for p in problems.found]


def _cases() -> Iterator[Any]:
    for kind in KINDS:
        for n, fields in enumerate(ASKS.get(kind.name, ()), start=1):
            yield pytest.param(kind, *read_ask(kind, fields), id=f"{kind.name}-{n}")


CASES = list(_cases())
KEYED = [case for case in CASES if case.values[2] is not None]
every_case = pytest.mark.parametrize(("kind", "ask", "key", "found"), CASES)
keyed_case = pytest.mark.parametrize(("kind", "ask", "key", "found"), KEYED)


def ids_of(ask: Any) -> list[str]:
    """Every id that occurs in a question."""
    return [id for spec in specs(type(ask)) if isinstance(held := getattr(ask, spec.name, 0), dict) for id in held]
