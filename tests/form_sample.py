"""A small course whose exercises have every kind of question, built as learners get it, for tests of forms."""

from __future__ import annotations

from pathlib import Path

import sample
from workbook import content, release

EVERY = """\
title: Every kind of question
lesson: harbour/needs
objective: tell
cite: ["Guidelines, task 1.3"]
purpose: practice
minutes: 12
material: |
  **Port Lema** has forty boats and one pump. The harbour board asks you what comes first.
questions:
  - id: first
    kind: single-choice
    prompt: The harbour has no nets. What comes **first**?
    hints: [Who asked for nets?, A net is for something.]
    options: {ask: Ask what the nets are for, buy: Buy the nets right away, wait: Wait until someone gives some}
    key: {answer: ask, right: The purpose decides which nets are useful., feedback: {buy: Nobody knows yet which nets.}}
  - id: groups
    kind: multiple-choice
    prompt: Who must be heard before the pier is moved?
    options: {fishers: Fishers, traders: Fish traders, tourists: Tourists, board: Radio hosts}
    key: {answers: [fishers, traders], right: All who work there.}
  - id: depth
    kind: number
    prompt: How deep is the harbour if a rope of 12 m shows 3.5 m above the water?
    unit: m
    key: {answer: "8.5", tolerance: 0.1, right: 12 less 3.5., wrong: Take the dry part away.}
  - id: steps
    kind: order
    prompt: Put the steps in order.
    items: {agree: Agree on the aim, fund: Look for money, meet: Meet those affected}
    key: {answer: [meet, agree, fund], right: People before money.}
  - id: kinds
    kind: match
    prompt: What kind of resource is it?
    items: {pump: The pump, song: The radio song, licence: The licence}
    categories: {thing: A thing, voice: A voice, rule: A rule}
    key:
      answer: {pump: thing, song: voice, licence: rule}
      right: Each helps in its own way.
      feedback: {pump: It can be touched.}
  - id: feel
    kind: scale
    prompt: How far does this describe the board?
    required: false
    rows: {open: It says openly what it earns, even: It treats small boats like big ones}
    levels: {"no": Not at all, some: In part, "yes": Fully}
  - id: shares
    kind: allocate
    prompt: Share 100 points among what the harbour needs.
    rows: {depth: A deeper basin, ice: Ice for the catch, school: A school for sailors}
    total: 100
    unit: points
    key: {ranges: {depth: [20, 40], ice: [30, 60], school: [10, 40]}, right: Ice first.}
  - id: gift
    kind: situational
    prompt: A company offers a crane and wants its name on the pier.
    options: {ask: Ask what else it expects, take: Take it and say thanks, refuse: Send the letter back unread}
    key: {ratings: {ask: fitting, take: acceptable, refuse: harmful}, right: Ask first.}
  - id: word
    kind: short-text
    prompt: Which word names those who hold a stake?
    most-words: 3
    key: {accept: [stakeholders], right: Yes., wrong: It ends in holders.}
  - id: why
    kind: long-text
    prompt: Say in your own words why the pump comes before the pier.
    help: Think of the families at the far end.
    least-words: 5
    most-words: 40
    model: The families at the far end carry water for an hour each day.
"""

COUNTS = """\
title: What counts
lesson: harbour/wishes
objective: tell
cite: ["Guidelines, task 1.4"]
purpose: marked
minutes: 8
questions:
  - id: which
    kind: single-choice
    prompt: Which boat does the plan need?
    options: {fast: A fast boat for visitors, broad: A broad boat for waste, none: No boat before the survey}
    points: 2
    key: {answer: broad, right: It carries what must go., feedback: {fast: Speed is no need of this plan at all.}}
  - id: reason
    kind: long-text
    prompt: Say why.
    least-words: 3
    model: Because the waste has to go before the season starts again.
    rubric:
      - {id: need, points: 2, full: Names the need behind the choice of boat, part: Names some need}
      - {id: season, points: 1, full: Thinks of the season}
"""

PLAN = """\
title: My harbour
lesson: harbour/wishes
objective: tell
cite: ["Guidelines, task 1.4"]
purpose: plan
minutes: 20
questions:
  - id: needs
    kind: table
    own-plan: true
    prompt: What does the harbour need?
    one: need
    empty: 2
    columns:
      need: {type: text, required: true, label: The need}
      class: {type: choice, options: {thing: A thing, skill: A skill, money: Money}}
      likely: {type: number}
      worth: {type: number}
      size: {type: computed, of: {product: [likely, worth]}, label: Size}
    checks:
      - {rows: {min: 2}, why: One need is a wish., cite: "Guidelines, task 1.3"}
  - id: partners
    kind: table
    own-plan: true
    prompt: Who could bring it?
    one: partner
    empty: 2
    columns:
      name: {type: text, required: true, label: Name of the partner}
      sector: {type: choice, options: [government, business, civil-society]}
      meets: {type: ref, from: harbour/plan/needs.need, many: true, label: Meets which needs}
      decides: {type: yes-no-unknown, label: "Can this contact decide?"}
      since: {type: date, label: Since}
      contact: {type: text, visibility: private}
    checks:
      - {covers: harbour/plan/needs.need, by: meets, cite: "Guidelines, task 1.4(1)(e)"}
"""

CELL = "```{{code-cell}}\nfrom workbook import {name}; {call}\n```\n"


def build(root: Path, **exercises: str) -> Path:
    """Write the course under ``root`` with its derived files; ``exercises`` are more YAML texts, by name."""
    texts = {"every": EVERY, "counts": COUNTS, "plan": PLAN, **exercises}
    files = {path: text for path, text in sample.FILES.items() if not path.startswith("solutions/")}
    for lesson in ("needs", "wishes"):
        shown = [name for name, text in texts.items() if f"lesson: harbour/{lesson}\n" in text]
        cells = [CELL.format(call=f'form("harbour/{name}")', name="form") for name in shown]
        if lesson == "wishes":
            cells.append(CELL.format(call='hand_in("harbour")', name="hand_in"))
            cells.append(CELL.format(call="plan_overview()", name="plan_overview"))
        text = f"# {lesson.title()}\n\nText.\n\n" + "\n".join(cells)
        files[f"course/harbour/{lesson}.md"] = sample.HEAD + text
    files |= {f"solutions/harbour/{name}.yml": text for name, text in texts.items()}
    sample.write(root, files)
    for path, text in release.files(content.load(root)).items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return root
