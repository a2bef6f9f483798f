"""What a cell made, as the page gets it: HTML for what can be read, a place for each widget, and the widgets' states.

The states are those that the kernel told while the cells ran. So a form can be drawn as soon as its cell has run,
before the page has a connection to the kernel, and nothing is asked for twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import quote

import mistune

from .lessons import PLUGINS, Renderer

WIDGET = "application/vnd.jupyter.widget-view+json"
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
# What an anywidget brings along as text: the ending of the file that is made of it, and the link by which a browser
# fetches that while the rest of the page is still coming.
BROUGHT = {
    "_esm": (".js", '<link rel="modulepreload" href="{}">'),
    "_css": (".css", '<link rel="preload" as="style" href="{}">'),
}


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)


def _picture(source: str, text: str) -> str:
    # the author's description, as IPython has it in plain text, unless that is only the object's name
    words = "" if text.startswith("<") else text
    return f'<img src="{source}" alt="{escape(words)}">'


@dataclass
class Page:
    """What the cells of one page make. ``bring(text, ending)`` makes a file of a widget's script or style; returns its
    address.
    """

    unit: str
    base_url: str
    bring: Callable[[str, str], str]
    _told: dict[str, str] = field(default_factory=dict)

    def shown(self, output: Mapping[str, Any]) -> str:
        """One output as HTML; what a learner cannot use (warnings, traces) is left out.

        HTML is taken as it is: it was made by the lesson's own code.
        """
        if output["output_type"] == "stream":
            return f"<pre>{escape(_text(output['text']))}</pre>" if output["name"] == "stdout" else ""
        data = {kind: value for kind, value in output.get("data", {}).items() if value}
        plain = _text(data.get("text/plain", ""))
        if WIDGET in data:
            return f'<div data-widget="{escape(data[WIDGET]["model_id"])}"></div>'
        if "text/html" in data:
            return f"<div>{_text(data['text/html'])}</div>"
        if "image/svg+xml" in data:
            return _picture(f"data:image/svg+xml,{quote(_text(data['image/svg+xml']))}", plain)
        for kind in PICTURES:
            if kind in data:
                return _picture(f"data:{kind};base64,{''.join(_text(data[kind]).split())}", plain)
        if "text/markdown" in data:
            markdown = mistune.create_markdown(renderer=Renderer(self.unit, self.base_url), plugins=PLUGINS)
            return f"<div>{markdown(_text(data['text/markdown']))}</div>"
        return f"<pre>{escape(plain)}</pre>" if plain else ""

    def widgets(self, states: Mapping[str, Mapping[str, Any]], buffers: Mapping[str, Mapping[Any, Any]]) -> str:
        """The widgets that are new or have changed since the last call, as data in the page; '' if there are none."""
        found: dict[str, Any] = {}
        files: dict[str, None] = {}
        for id, state in states.items():
            if "_model_module" not in state:
                continue  # something else that has a channel
            told: dict[str, Any] = {"state": dict(state)}
            if buffers.get(id):
                told["buffers"] = [{"path": one["path"], "data": one["data"]} for one in buffers[id].values()]
            for name, (ending, ahead) in BROUGHT.items():
                if isinstance(state.get(name), str) and state[name]:
                    address = self.bring(state[name], ending)
                    told["state"][name] = {"at": address}
                    files[ahead.format(address)] = None
            written = json.dumps(told, separators=(",", ":"))
            if self._told.get(id) != written:
                self._told[id] = written
                found[id] = told
        if not found:
            return ""
        data = json.dumps(found, separators=(",", ":")).replace("<", "\\u003c")
        return f'{"".join(files)}<script type="application/json" class="room-widgets">{data}</script>'
