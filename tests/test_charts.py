"""Charts of the learner's own answers: what they say, how they are drawn, and how they follow the answers."""

from __future__ import annotations

import copy
import itertools
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import pytest

from line import Line
from workbook import i18n
from workbook.answers import open_home
from workbook.charts import Chart, canvas, data, draw, fitting, html, words
from workbook.content import load_released
from workbook.errors import WorkbookError
from workbook.model import Exercise
from workbook.places import Session
from workbook.plan import Plan

ROOT = Path(__file__).parents[1]
SVG = "{http://www.w3.org/2000/svg}"
IDS = (
    "building-blocks/my-health-check", "initiation/affected", "initiation/stakeholders", "initiation/needs",
    "initiation/partners", "initiation/resources", "initiation/value-risks",
)  # fmt: skip
HEALTH = {
    "fundamentals-aim": "green", "fundamentals-why": "amber", "relationship-trust": "red", "structure-duties": "green",
    "management-news": "red",
}  # fmt: skip
HOSTILE = (
    "<script>alert(1)</script>", "</text></svg><img src=x onerror=alert(1)>", "costs $x^2$ & \\frac{1}", "x0x",
    "W" * 400, "جمعية صيادي الخليج للتنمية المستدامة والتعاون بين القرى الساحلية", "漁業協同組合" * 20,
    "\U0001f469\U0001f3fd\u200d\U0001f33e\U0001f468\u200d\U0001f469\u200d\U0001f467" * 30,
    "\u202edesrever\u2066", "two\nlines\tand \x00 a \x1b sign",
)  # fmt: skip


@cache
def exercises() -> dict[str, Exercise]:
    return {id: load_released(ROOT / "exercises" / f"{id}.json") for id in IDS}


@cache
def _tavara() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "tests" / "fixtures" / "tavara-plan.json").read_text(encoding="utf-8"))
    return {id: found.get(id, {}) for id in IDS} | {"building-blocks/my-health-check": {"ratings": HEALTH}}


@pytest.fixture
def values() -> dict[str, Any]:
    return copy.deepcopy(_tavara())


def picture(name: str, values: dict[str, Any]) -> Any:
    return data.SOURCES[name].read(Plan(exercises(), values))


def rows(values: dict[str, Any], address: str) -> dict[str, dict[str, Any]]:
    """The cells of a worksheet's rows by id, to be changed."""
    exercise, _slash, question = address.rpartition("/")
    return {row["id"]: row["cells"] for row in values[exercise][question]["rows"]}


def drawn(picture: Any) -> ET.Element:
    return ET.fromstring(draw.svg(picture, "c"))


def texts(svg: ET.Element) -> list[str]:
    return [(text.text or "").strip("\u2068\u2069") for text in svg.iter(f"{SVG}text")]


def bare(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


# -- what they say ------------------------------------------------------------------------------------------------


def test_health_has_every_statement_in_its_block_and_leaves_blanks_open(values: dict[str, Any]) -> None:
    health = picture("health", values)
    assert [block.id for block in health.blocks] == ["fundamentals", "relationship", "structure", "management"]
    assert len(health.lines) == 12
    assert [line.level for line in health.blocks[0].lines] == ["green", "amber", ""]
    assert words.summary(health) == "Green: 2, Amber: 1, Red: 2, Open: 7."
    assert words.sentences(health)[2].startswith("Relationship: Red – Bad news is shared early. Open – Partners with")
    assert texts(drawn(health)).count("open") == 7


def test_health_takes_an_unknown_level_for_open(values: dict[str, Any]) -> None:
    values["building-blocks/my-health-check"]["ratings"]["fundamentals-aim"] = "violet"
    assert picture("health", values).lines[0].level == ""


def test_map_emphasises_who_is_strongly_affected_and_has_little_influence(values: dict[str, Any]) -> None:
    stakeholders = picture("stakeholders", values)
    assert [one.name for one in stakeholders.all if one.unheard] == [
        "Women's savings network", "Island families", "Night pickers, not organised yet",
    ]  # fmt: skip
    page = bare(html.page(stakeholders, "c", draw.svg))
    assert "Work with them more; do not just inform them." in page
    assert page.count('data-look="strong"') == 3
    assert "Only you see this map" in page
    ring, filled = f"fill: {canvas.RING}", f"stroke: {canvas.RING}"
    svg = draw.svg(stakeholders, "c")
    # A filled ring for each of the three and one in the legend; two more rings, and one in the legend.
    assert (svg.count(ring), svg.count(filled)) == (4, 7)


def test_map_lists_what_is_not_known_below(values: dict[str, Any]) -> None:
    cells = rows(values, "initiation/stakeholders/stakeholders")
    cells["s-cruise"]["influence"] = "unknown"
    del cells["s-traders"]["interest"]
    del cells["s-council"]["affected"]
    stakeholders = picture("stakeholders", values)
    numbers = [text for text in texts(drawn(stakeholders)) if text.isdigit()]
    assert sorted(map(int, numbers)) == [1, 2, 3, 4, 5, 6, 7, 8, 11]
    beside, below = html.key(stakeholders).split("Not on the map")
    assert "Operator of the cruise terminal" in below and "Operator of the cruise terminal" not in beside
    assert "Market traders" in below
    assert bare(words.stakeholder(stakeholders.all[1])) == (
        "2. Port Selu municipal council: interest high, influence high, affected: not known yet."
    )


def test_map_without_a_place_for_anyone_has_no_empty_axes(values: dict[str, Any]) -> None:
    for cells in rows(values, "initiation/stakeholders/stakeholders").values():
        cells["interest"] = "unknown"
    page = html.page(picture("stakeholders", values), "c", draw.svg)
    assert "<svg" not in page and "Island families" in page


def test_numbers_are_those_of_the_rows_and_a_row_without_a_name_is_called_by_it(values: dict[str, Any]) -> None:
    del rows(values, "initiation/stakeholders/stakeholders")["s-council"]["name"]
    assert picture("stakeholders", values).all[1].name == "Stakeholder 2"


def test_needs_are_met_in_kind_first_then_by_cash_the_surest_first(values: dict[str, Any]) -> None:
    cells = rows(values, "initiation/resources/resources")
    cells["r-wages"] |= {"meets": ["n-coordinator"], "status": "agreed"}
    needs = picture("needs", values)
    coordinator = needs.all[6]
    assert [(o.kind, o.status, o.partner) for o in coordinator.offers] == [
        ("in-kind", "asked", "Port Selu municipal council"),
        ("in-kind", "assumed", "Country office of a UN agency"),
        ("cash", "agreed", "Ministry of Environment"),
    ]
    assert coordinator.state == "agreed"
    assert [one.text for one in needs.all if one.state == "open"] == ["Wages for collectors until sales carry them"]


def test_needs_keep_the_learners_order_and_show_no_amounts(values: dict[str, Any]) -> None:
    needs = picture("needs", values)
    order = [cells["need"] for cells in rows(values, "initiation/needs/needs").values()]
    assert [one.text for one in needs.all] == order
    page = html.page(needs, "c", draw.svg)
    for cells in (
        *rows(values, "initiation/needs/needs").values(),
        *rows(values, "initiation/resources/resources").values(),
    ):
        assert cells["amount"] not in page


def test_an_open_need_stands_out_and_is_named_first(values: dict[str, Any]) -> None:
    values["initiation/resources"] = {}
    for cells in rows(values, "initiation/needs/needs").values():
        cells["have"] = "none"
    rows(values, "initiation/needs/needs")["n-trust"]["have"] = "all"
    needs = picture("needs", values)
    assert texts(drawn(needs)).count("! Open: nobody yet") == 7
    assert texts(drawn(needs)).count("We have it ourselves") == 1
    assert words.summary(needs).startswith("Open, nobody brings it yet: ")
    assert words.summary(needs).endswith("The others: we have it ourselves: 1.")


def test_an_offer_of_a_need_that_is_gone_is_no_offer(values: dict[str, Any]) -> None:
    value = values["initiation/needs"]["needs"]
    value["rows"] = [row for row in value["rows"] if row["id"] != "n-boats"]
    assert all("boats" not in words.need(one) for one in picture("needs", values).all)


def test_risks_stand_where_likelihood_and_impact_say(values: dict[str, Any]) -> None:
    risks = picture("risks", values)
    assert [(one.likelihood, one.impact) for one in risks.all[:3]] == [(3, 3), (3, 4), (4, 3)]
    assert words.summary(risks) == "Each of your risks has an answer."


@pytest.mark.parametrize("typed", ["6", "0", "2.5", "-1", None])
def test_a_risk_that_has_no_place_is_listed_below(values: dict[str, Any], typed: str | None) -> None:
    cells = rows(values, "initiation/value-risks/risks")["risk-council"]
    cells["likelihood"] = typed
    risks = picture("risks", values)
    assert not risks.all[1].placed
    below = bare(html.key(risks).split("Not on the map")[1])
    assert "The pilot stops after the election" in below
    assert (
        "likelihood is missing" if typed is None else f"likelihood {typed} is not a whole number from 1 to 5"
    ) in below


def test_a_risk_without_an_answer_has_another_shape_and_an_impact_of_5_asks_for_one(values: dict[str, Any]) -> None:
    cells = rows(values, "initiation/value-risks/risks")
    cells["risk-company"] |= {"mitigation": "  ", "impact": "5"}
    risks = picture("risks", values)
    assert words.summary(risks) == "Risks without an answer yet: 4."
    assert draw.svg(risks, "c").count(f"fill: {canvas.RED}") == 2  # the mark and the legend
    assert "an impact of 5 deserves one in any case" in words.risk(risks.all[3])


# -- how they are drawn -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", data.SOURCES)
def test_a_drawing_says_what_it_is_and_leaves_the_page_around_it_alone(name: str, values: dict[str, Any]) -> None:
    found = picture(name, values)
    svg = drawn(found)
    assert svg.get("role") == "img"
    title, about = (svg.find(f"*[@id='{id}']") for id in svg.attrib["aria-labelledby"].split())
    assert title is not None and about is not None
    assert (title.text, about.text) == (words.title(found), words.summary(found))
    # Our two ids only: no rules for other elements, no ids that may stand on the page already.
    assert sorted(el.attrib["id"] for el in svg.iter() if "id" in el.attrib) == ["c-desc", "c-title"]
    assert {el.tag.removeprefix(SVG) for el in svg.iter()} <= {"svg", "title", "desc", "g", "path", "text"}
    assert "font-family" not in draw.svg(found, "c")


@pytest.mark.parametrize("name", data.SOURCES)
def test_the_same_answers_give_the_same_drawing(name: str, values: dict[str, Any]) -> None:
    found = picture(name, values)
    first = draw.svg(found, "c")
    assert first == draw.svg(picture(name, copy.deepcopy(values)), "c")
    assert draw.svg(found, "other").replace("other-", "c-") == first
    assert len(first) < 20_000
    assert not re.search(r"20\d\d-\d\d-\d\d|matplotlib", first)


@pytest.mark.parametrize("name", data.SOURCES)
def test_every_text_is_large_enough_on_a_phone(name: str, values: dict[str, Any]) -> None:
    sizes = re.findall(r"font-size: ([\d.]+)px", draw.svg(picture(name, values), "c"))
    assert sizes and min(map(float, sizes)) >= 12 and canvas.WIDTH <= 330


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(p * w for p, w in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_words_and_shapes_can_be_told_from_their_ground() -> None:
    c = canvas
    darkest = draw._tint(25)
    for ink, ground in (
        (c.INK, c.PALE), (c.INK, darkest), (c.SOFT, c.PAPER), (c.PAPER, c.DEEP), (c.PAPER, c.RING), (c.PAPER, c.RED),
        (c.RED, c.PAPER),
    ):  # fmt: skip
        assert contrast(ink, ground) >= 4.5, (ink, ground)
    for shape, ground in (
        (c.GREEN, c.PAPER),
        (c.AMBER, c.PAPER),
        (c.RING, "#f5f8fa"),
        (c.EDGE, c.PAPER),
        (c.RED, darkest),
    ):
        assert contrast(shape, ground) >= 3, (shape, ground)


@pytest.mark.parametrize("typed", HOSTILE)
def test_whatever_is_typed_stays_text_and_in_its_place(values: dict[str, Any], typed: str) -> None:
    rows(values, "initiation/stakeholders/stakeholders")["s-network"]["name"] = typed
    rows(values, "initiation/needs/needs")["n-trust"]["need"] = typed
    rows(values, "initiation/value-risks/risks")["risk-network"]["risk"] = typed
    rows(values, "initiation/value-risks/risks")["risk-network"]["likelihood"] = typed
    said = data.clean(typed)
    for name in ("stakeholders", "needs", "risks"):
        found = picture(name, values)
        svg = drawn(found)
        page = html.page(found, "c", draw.svg)
        assert not re.search(r"<(script|img)|[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066\u2067]", page)
        assert said in bare(" ".join(words.sentences(found)))
        for text in texts(svg):
            assert fitting.width(text, 12) <= canvas.WIDTH + 1, text
    shown = " ".join(texts(drawn(picture("needs", values))))
    assert f"5. {said}" in shown or ("5. " + said[:8] in shown and "…" in shown)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("room", [40, 120, 330])
def test_fitting_keeps_to_its_room_and_cuts_no_letter(text: str, room: int) -> None:
    text = data.clean(text)
    lines = fitting.fit(text, room, 13, 3)
    assert 1 <= len(lines) <= 3
    assert all(fitting.width(line, 13) <= room for line in lines)
    letters = set(fitting.clusters(text)) | {"…"}
    assert all(set(fitting.clusters(line)) <= letters for line in lines)
    if not lines[-1].endswith("…"):
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_very_many_rows_are_drawn_up_to_a_limit_and_all_said(values: dict[str, Any]) -> None:
    many = values["initiation/stakeholders"]["stakeholders"]["rows"] = [
        {"id": f"s{n}", "cells": {"name": f"Group {n}", "interest": "high", "influence": "low", "affected": "high"}}
        for n in range(300)
    ]
    found = picture("stakeholders", values)
    svg = drawn(found)
    assert len([text for text in texts(svg) if text.isdigit()]) == draw.MOST
    assert f"and {len(many) - draw.MOST} more, see “In words”" in texts(svg)
    assert len(words.sentences(found)) == 301
    assert len(words.summary(found)) < 300


def test_marks_do_not_cover_each_other(values: dict[str, Any]) -> None:
    for cells in rows(values, "initiation/value-risks/risks").values():
        cells |= {"likelihood": "3", "impact": "3"}
    svg = drawn(picture("risks", values))
    marks = [
        t for t in svg.iter(f"{SVG}text") if "font-weight: 700" in t.attrib["style"] and bare(t.text or "").isdigit()
    ]
    places = [(float(t.attrib["x"]), float(t.attrib["y"])) for t in marks]
    assert len(places) == 7
    for (x1, y1), (x2, y2) in itertools.combinations(places, 2):
        assert max(abs(x1 - x2), abs(y1 - y2)) >= 26


def test_it_is_mirrored_where_one_reads_from_the_right(values: dict[str, Any]) -> None:
    found = picture("needs", values)
    i18n.use("ar")
    try:
        page = html.page(found, "c", draw.svg)
    finally:
        i18n.use(i18n.DEFAULT)
    assert 'dir="rtl"' in page
    heads = re.findall(r'<text style="([^"]*)" x="([\d.]+)"', page)
    bold = [(style, float(x)) for style, x in heads if "font-weight: 700" in style]
    assert bold and all("text-anchor: end" in style and x == canvas.WIDTH for style, x in bold)


# -- the widget ---------------------------------------------------------------------------------------------------


@pytest.fixture
def session(tmp_path: Path, line: type[Line]) -> Session:
    return Session(ROOT, str(tmp_path / "home"))


def save(session: Session, values: dict[str, Any], *ids: str) -> None:
    home = open_home(session.home)
    for id in ids:
        unit, _slash, name = id.partition("/")
        for question, value in values[id].items():
            home.save(home.me(), unit, name, question, {"value": value}, "")


def ask(chart: Chart, content: Any) -> list[dict[str, Any]]:
    Line.sent.clear()
    chart._handle_custom_msg(content, [])
    return list(Line.sent)


@pytest.mark.parametrize("name", data.SOURCES)
def test_without_answers_it_says_which_exercise_to_fill_in(session: Session, name: str) -> None:
    page = Chart(name, session).html
    exercise = exercises()[data.SOURCES[name].exercises[0]]
    lesson = next(
        lesson["title"]
        for unit in json.loads((ROOT / "course" / "course.json").read_text(encoding="utf-8"))["units"]
        for lesson in unit["lessons"]
        if f"{unit['id']}/{lesson['id']}" == exercise.lesson
    )
    assert f"First fill in “{exercise.title}” (lesson: <a " in page
    assert f'data-lesson="{exercise.lesson}">{escape(lesson, quote=False)}</a>' in page
    assert "<svg" not in page


def test_it_follows_what_is_saved_and_draws_only_then(session: Session, values: dict[str, Any]) -> None:
    chart = Chart("stakeholders", session)
    assert ask(chart, {"t": "look"}) == [{"t": "looked", "asked": "look", "changed": False, "failed": ""}]
    save(session, values, "initiation/stakeholders")
    assert ask(chart, {"t": "look"})[0]["changed"] is True
    assert "<svg" in chart.html and "Island families" in chart.html
    before = chart.html
    # Something else in the unit was saved: the picture is the same, so nothing is sent.
    save(session, values, "initiation/affected")
    assert ask(chart, {"t": "look"})[0]["changed"] is False
    assert ask(chart, {"t": "draw"})[0]["changed"] is False
    assert chart.html is before
    rows(values, "initiation/stakeholders/stakeholders")["s-islands"]["name"] = "Island people"
    save(session, values, "initiation/stakeholders")
    assert ask(chart, {"t": "look"})[0]["changed"] is True
    assert "Island people" in chart.html


def test_names_of_partners_come_from_the_worksheets_they_were_written_in(
    session: Session, values: dict[str, Any]
) -> None:
    save(session, values, "initiation/stakeholders", "initiation/needs", "initiation/partners", "initiation/resources")
    page = bare(Chart("needs", session).html)
    assert "Selu Bay fishers' cooperative – Two boats with crews (agreed)" in page


@pytest.mark.parametrize("content", [None, 3, "look", [], {}, {"t": None}, {"t": "save"}, {"t": ["look"]}])
def test_a_message_that_is_none_is_left_alone(session: Session, content: Any) -> None:
    assert ask(Chart("risks", session), content) == []


def test_a_browser_cannot_say_what_a_chart_shows(session: Session) -> None:
    chart = Chart("risks", session)
    before = chart.html
    chart.set_state({"html": "<b>mine</b>", "words": {}})
    assert chart.html == before and chart.words["again"] == "Draw again"


def test_answers_that_cannot_be_read_are_a_sentence(session: Session, values: dict[str, Any], tmp_path: Path) -> None:
    save(session, values, "initiation/stakeholders")
    chart = Chart("stakeholders", session)
    shown, stored = chart.html, (tmp_path / "home" / "initiation" / "answers.json")
    kept = stored.read_bytes()
    stored.unlink()
    stored.mkdir()
    for t in ("look", "draw"):
        answer = ask(chart, {"t": t})[0]
        assert "cannot be read" in answer["failed"] and not answer["changed"]
    assert chart.html == shown
    assert "cannot be read" in Chart("stakeholders", session).html
    stored.rmdir()
    stored.write_bytes(kept)
    assert ask(chart, {"t": "look"})[0] == {"t": "looked", "asked": "look", "changed": False, "failed": ""}


def test_a_name_that_is_none_is_refused_with_the_known_ones(session: Session) -> None:
    with pytest.raises(WorkbookError, match=r"needs, risks.*Did you mean 'stakeholders'"):
        Chart("stakeholder", session)


def test_matplotlib_is_loaded_only_to_draw(tmp_path: Path) -> None:
    code = (
        "import sys, workbook.charts; assert 'anywidget' not in sys.modules\n"
        "from pathlib import Path\n"
        "from workbook.charts import Chart; from workbook.places import Session\n"
        "chart = Chart('risks', Session(Path(sys.argv[1]), sys.argv[2])); assert chart.html\n"
        "assert 'matplotlib' not in sys.modules\n"
        "import workbook.charts.draw; assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code, str(ROOT), str(tmp_path / "home")], check=True, timeout=120)
