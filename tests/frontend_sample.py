"""The small course of ``room_sample`` with lessons that show what the page's own front end has to carry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import room_sample

STOCK = """
import ipywidgets as w
pick = w.Dropdown(options=["Water", "Roads"], description="Need")
button = w.Button(description="Tell", icon="check")
out = w.Output()
with out:
    print("made with the page")
told = w.Label("nothing yet")
def tell(_):
    with out:
        print("printed once")
        print("printed <b>twice</b>")
        display(w.HTML(f"<p class='shown'>{pick.value} is displayed</p>"))
button.on_click(tell)
slider = w.IntSlider(value=3, max=9, description="How <i>much</i>", description_allow_html=True)
w.dlink((slider, "value"), (told, "value"), str)
w.VBox([pick, button, out, slider, told, w.Tab([w.HTML("<p id='inside'>in a tab</p>")], titles=["First"])])
"""
CLEAR = """
import ipywidgets as w
where = w.Output()
def draw(change):
    with where:
        where.clear_output(wait=True)
        display(w.HTML(f"<p class='drawn'>{change.new}</p>"))
number = w.IntText(description="Number")
number.observe(draw, "value")
grow = w.Button(description="Grow")
more = w.VBox([])
grow.on_click(lambda _: setattr(more, "children", [*more.children, w.Text(description=f"New {len(more.children)}")]))
w.HBox([number, where, grow, more])
"""
ANY = '''
import anywidget, traitlets, ipywidgets
class Count(anywidget.AnyWidget):
    _esm = """
    export default () => {
      let begun = 0;
      return {
        initialize() { begun += 1; },
        render({model, el}) {
          const button = document.createElement("button");
          const draw = () => { button.textContent = `${model.get("name")} ${model.get("n")} ${begun}`; };
          button.onclick = () => { model.set("n", model.get("n") + 1); model.save_changes(); };
          const echo = document.createElement("output");
          model.on("change:n", draw);
          model.on("msg:custom", (said, buffers) => {
            echo.textContent = said.said + new Uint8Array(buffers[0].buffer, buffers[0].byteOffset).join();
          });
          const ask = document.createElement("button");
          ask.textContent = "Ask";
          ask.onclick = () => model.send({ask: 1}, null, [new Uint8Array([5, 6]).buffer]);
          const data = document.createElement("span");
          data.className = "data";
          data.textContent = new Uint8Array(model.get("data").buffer).join();
          el.append(button, ask, echo, data);
          draw();
          return () => el.remove();
        },
      };
    };
    """
    _css = "output { display: block; color: rgb(1, 2, 3); }"
    name = traitlets.Unicode().tag(sync=True)
    n = traitlets.Int(0).tag(sync=True)
    data = traitlets.Bytes(b"\\x01\\x02").tag(sync=True)
    def __init__(self, **given):
        super().__init__(**given)
        self.on_msg(lambda w, said, buffers: self.send({"said": f"{w.n} "}, [bytes(reversed(bytes(buffers[0])))]))
one = Count(name="alone", layout={"max_width": "321px"})
one.add_class("mine")
one
'''
BOXED = """
seen = ipywidgets.Label()
two = Count(name="boxed")
two.observe(lambda change: setattr(seen, "value", f"seen {change.new}"), "n")
ipywidgets.VBox([two, seen, one])
"""
TEXTS = """
import sys
from IPython.display import HTML, Markdown, SVG, display
print("plain & simple")
print("a warning", file=sys.stderr)
display(HTML("<p id='made'>made of HTML</p><script>document.title = 'taken over'</script>"))
display(Markdown("Some **weight**"))
display(SVG('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><circle r="2"/></svg>'))
display({"image/png": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
         "text/plain": "A dot"}, raw=True)
42
"""
MUCH = """
import ipywidgets as w
from IPython.display import HTML
much = w.Output()
with much:
    for n in range(200):
        display(HTML(f"<p>line {n}</p>"))
much
"""
LESSONS = {
    "first/needs": [ANY],
    "first/roads": [STOCK, CLEAR],
    "second/end": [ANY, BOXED, TEXTS, MUCH],
}


def make(root: Path) -> Path:
    """Write the course under ``root``; returns it."""
    room_sample.make(root)
    for path, cells in LESSONS.items():
        made: list[Any] = [
            {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": text, "execution_count": None, "outputs": []}
            for n, text in enumerate(cells)
        ]
        kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
        notebook = {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
        (root / "course" / f"{path}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return root
