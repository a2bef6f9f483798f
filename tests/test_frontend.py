"""The page's front end: that what is served was built from ``frontend/``, and what the server puts into a page."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from workbook.room.execution import part
from workbook.room.frontend import KEPT, Frontend
from workbook.room.outputs import Page

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "frontend"
BUILT = ROOT / "src" / "workbook" / "room" / "built"


def told(file: Path) -> str:
    return file.read_text(encoding="utf-8").replace("\r\n", "\n")


def page() -> Page:
    return Page("first", "/", Frontend().bring)


def widgets(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" class="room-widgets">(.*)</script>', html)
    return json.loads(found[1]) if found else {}


# What is built


def test_built_files_belong_to_their_sources() -> None:
    """`make frontend` was run after the last change (and nobody changed what it made by hand)."""
    names = [".npmrc", "build.js", "package-lock.json", "package.json"]
    names += [f"{folder}/{file.name}" for folder in ("licences", "src") for file in (FOLDER / folder).iterdir()]
    whole = "\n".join(f"{name}\n{told(FOLDER / name)}" for name in sorted(names))
    record = json.loads(told(BUILT / "sources.json"))
    assert hashlib.sha256(whole.encode()).hexdigest() == record["sources"], "run `make frontend`"
    made = {name: hashlib.sha256(told(BUILT / name).encode()).hexdigest() for name in record["files"]}
    assert made == record["files"]
    assert {file.name for file in BUILT.iterdir()} == {*record["files"], "sources.json"}


def test_every_bundled_package_has_its_licence() -> None:
    text = told(BUILT / "LICENCES.txt")
    wanted = json.loads(told(FOLDER / "package.json"))["devDependencies"]
    for name, version in wanted.items():
        assert (f"{name} {version} (" in text) is (name != "esbuild"), name
    for block in text.split("-" * 80)[1:]:
        assert re.match(r"\s*\S+ \d+\.\d+\.\d+ \((BSD-3-Clause|MIT|ISC)\)\n", block) and "opyright" in block


def test_the_lock_file_names_no_place_to_fetch_from() -> None:
    lock = json.loads(told(FOLDER / "package-lock.json"))["packages"]
    assert not [name for name, about in lock.items() if "resolved" in about]
    assert all("integrity" in about for name, about in lock.items() if name)


def test_built_files_ask_no_other_host() -> None:
    for name in ("page.js", "stock.js", "stock.css"):
        found = set(re.findall(r"(?:https?:)?//[a-z][a-z0-9.-]+\.[a-z]{2,}", told(BUILT / name)))
        assert found <= {"http://www.w3.org", "https://github.com"}, name  # a namespace, and a message for authors


def test_a_page_with_forms_loads_little() -> None:
    sent = Frontend().find("built/page.js")
    assert sent is not None and len(sent.body) < 8_000


# What is served


def test_what_a_widget_brings_is_a_file_that_stays() -> None:
    frontend = Frontend("/base/")
    address = frontend.bring("export default {}", ".js")
    assert re.fullmatch(r"/base/static/[0-9a-f]{32}/widget\.js", address)
    assert address == frontend.bring("export default {}", ".js") != frontend.bring("export default {a: 1}", ".js")
    sent = frontend.brought(address.removeprefix("/base/static/"))
    assert sent is not None and gzip.decompress(sent.body) == b"export default {}"
    assert sent.type.startswith("text/javascript")
    for n in range(KEPT):
        frontend.bring(f"// {n}", ".js")
    assert frontend.brought(address.removeprefix("/base/static/")) is None, "not for ever"


# What a cell made


@pytest.mark.parametrize(
    ("output", "html"),
    [
        ({"output_type": "stream", "name": "stdout", "text": "a < b"}, "<pre>a &lt; b</pre>"),
        ({"output_type": "stream", "name": "stdout", "text": ["a", "b"]}, "<pre>ab</pre>"),
        ({"output_type": "stream", "name": "stderr", "text": "a warning"}, ""),
        ({"output_type": "error", "ename": "E", "evalue": "v", "traceback": []}, ""),
        ({"output_type": "execute_result", "data": {"text/plain": "'<b>'"}}, "<pre>&#x27;&lt;b&gt;&#x27;</pre>"),
        ({"output_type": "display_data", "data": {"text/html": "<b>x</b>", "text/plain": "x"}}, "<div><b>x</b></div>"),
        (
            {"output_type": "display_data", "data": {"image/png": "iV\nBO", "text/plain": 'A "dot"'}},
            '<img src="data:image/png;base64,iVBO" alt="A &quot;dot&quot;">',
        ),
        (
            {"output_type": "display_data", "data": {"image/png": "iVBO", "text/plain": "<Figure size 640x480>"}},
            '<img src="data:image/png;base64,iVBO" alt="">',
        ),
        (
            {"output_type": "display_data", "data": {"image/svg+xml": '<svg a="b"/>'}},
            '<img src="data:image/svg+xml,%3Csvg%20a%3D%22b%22/%3E" alt="">',
        ),
        (
            {"output_type": "display_data", "data": {"text/markdown": "see [on](roads.ipynb)"}},
            '<div><p>see <a href="/first/roads">on</a></p>\n</div>',
        ),
        (
            {"output_type": "display_data", "data": {"application/vnd.jupyter.widget-view+json": {"model_id": "a1"}}},
            '<div data-widget="a1"></div>',
        ),
        ({"output_type": "display_data", "data": {}}, ""),
    ],
)
def test_outputs_as_html(output: dict[str, Any], html: str) -> None:
    assert page().shown(output) == html


STATE = {"_model_module": "anywidget", "_esm": "export default {}", "_css": "", "html": "</script><b>"}


def test_widgets_are_told_once_and_again_when_they_change() -> None:
    made = page()
    states: dict[str, dict[str, Any]] = {"a": {**STATE}, "b": {"state": "of something else"}}
    html = made.widgets(states, {})
    (told,) = widgets(html).values()
    assert told["state"]["html"] == "</script><b>" and html.count("</script>") == 1
    assert told["state"]["_css"] == "" and told["state"]["_esm"]["at"].endswith("/widget.js")
    assert f'<link rel="modulepreload" href="{told["state"]["_esm"]["at"]}">' in html
    assert "export default" not in html and states["a"] == STATE
    assert made.widgets(states, {}) == ""
    states["a"]["html"] = "new"
    states["c"] = {"_model_module": "@jupyter-widgets/controls"}
    again = made.widgets(states, {})
    assert set(widgets(again)) == {"a", "c"} and "modulepreload" in again


def test_binary_values_come_along() -> None:
    buffers = {"a": {("data",): {"path": ["data"], "data": "AQI=", "encoding": "base64"}}}
    (told,) = widgets(page().widgets({"a": {**STATE}}, buffers)).values()
    assert told["buffers"] == [{"path": ["data"], "data": "AQI="}]


def test_a_failed_cell_speaks_plainly_beside_what_it_made() -> None:
    html = part(3, ["<pre>so far</pre>"], "", failed=True)
    assert html.startswith('<div hidden id="made-3"><pre>so far</pre><p') and "role='alert'" in html
    assert html.rstrip().endswith('<room-news cell="3"></room-news>')
