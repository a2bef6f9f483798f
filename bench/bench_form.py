"""A form of thirty questions, built in a real kernel, beside the same thirty made of stock ipywidgets controls.

Each build is of another exercise that the kernel has not read before; what is imported once a kernel is imported
before the first. The stock side is the least one could write: one control a question, its prompt as description.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

import form_sample
from measure import Row, environment

FIELDS, BUILDS = 30, 9
HEAD = """
title: Thirty questions, number {n}
lesson: harbour/needs
objective: tell
cite: ["Guidelines, task 1.3"]
purpose: practice
minutes: 12
questions:
"""
CHOICES = "options: {a: The first of three ways, b: The second of three ways, c: The third of three, d: The fourth}"
KINDS = (
    f"kind: single-choice\n    {CHOICES}\n    key: {{answer: a}}",
    f"kind: multiple-choice\n    {CHOICES}\n    key: {{answers: [a]}}",
    'kind: number\n    key: {answer: "8"}',
    "kind: short-text",
    "kind: long-text",
)
TIMED = """
import json, statistics, time
import ipywidgets
from ipywidgets.widgets.widget import _instances
from pathlib import Path

def measured(build):
    build(0)
    times, models = [], []
    for n in range(1, {builds}):
        before = len(_instances)
        start = time.perf_counter()
        kept.append(build(n))
        times.append((time.perf_counter() - start) * 1000)
        models.append(len(_instances) - before)
    print(json.dumps([statistics.median(times), max(models)]))

kept = []
"""
OURS = """
from workbook.forms import Form
from workbook.places import Session
session = Session(root=Path({root!r}), home={home!r}, owner="bench", alone=True)
measured(lambda n: Form(f"harbour/thirty-{{n}}", session))
"""
STOCK = """
ways = ["The first of three ways", "The second of three ways", "The third of three ways", "The fourth"]
def build(n):
    made = []
    for place in range({fields}):
        what = dict(description=f"Question {{place}} of form {{n}}: what do you say?")
        made.append((
            lambda: ipywidgets.RadioButtons(options=ways, **what),
            lambda: ipywidgets.SelectMultiple(options=ways, **what),
            lambda: ipywidgets.FloatText(**what),
            lambda: ipywidgets.Text(**what),
            lambda: ipywidgets.Textarea(**what),
        )[place % 5]())
    return ipywidgets.VBox(made)
measured(build)
"""


def run() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="wb-bench-") as folder:
        place = Path(folder)
        root = form_sample.build(place / "course", **{f"thirty-{n}": exercise(n) for n in range(BUILDS)})
        head = TIMED.format(builds=BUILDS)
        mine = in_kernel(head + OURS.format(root=str(root), home=str(place / "home")))
        theirs = in_kernel(head + STOCK.format(fields=FIELDS))
    return [
        Row(f"a form of {FIELDS} questions: built in a kernel", mine[0], theirs[0], "ms", most=20),
        Row(f"a form of {FIELDS} questions: widget models", mine[1], theirs[1], most=5),
    ]


def exercise(n: int) -> str:
    """An exercise of thirty questions of five kinds, as its author writes it."""
    prompt = f"prompt: Question {{}} of form {n}, what do you say?"
    asked = [f"  - id: question-{i}\n    {prompt.format(i)}\n    {KINDS[i % 5]}\n" for i in range(FIELDS)]
    return HEAD.format(n=n).lstrip() + "".join(asked)


def in_kernel(code: str) -> list[float]:
    """What ``code`` prints as JSON, run by a stock kernel."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3", env=environment(), stderr=subprocess.DEVNULL)
    printed: list[str] = []

    def hook(message: dict[str, dict[str, str]]) -> None:
        printed.append(message["content"].get("text", "") or "\n".join(message["content"].get("traceback", "")))

    try:
        reply = client.execute_interactive(code, timeout=120, output_hook=hook)
        if reply["content"]["status"] != "ok":
            raise SystemExit("".join(printed))
        found: list[float] = json.loads(next(text for text in reversed(printed) if text.strip()))
        return found
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
