"""Files for the browser: our style and script, Voila's front end and the two extensions that widgets need.

Their address holds a hash of all of them, so a browser keeps them for ever and asks again only after an update.
They are compressed once, kept in memory (about 1.5 MB) and sent from there.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import mimetypes
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import voila
from jupyter_core.paths import jupyter_path
from jupyterlab_server.config import get_federated_extensions
from tornado.web import HTTPError

from .page_handler import Base
from .pages import TEMPLATES

# In this order; anything else that is installed in JupyterLab is nothing to a learner's page.
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget")
COMPRESS = {".js", ".css", ".svg", ".json", ".html", ".map", ".txt", ".mjs"}
TYPES = {".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8"}


@dataclass(frozen=True)
class Sent:
    """A file as it goes over the wire."""

    body: bytes
    type: str
    encoded: bool


def _voila_static() -> Path:
    for place in jupyter_path("voila"):
        folder = Path(place) / "templates" / "base" / "static"
        if folder.is_dir():
            return folder
    raise FileNotFoundError("Voila's front end is not installed: run the set-up again.")


@dataclass
class Frontend:
    """Where the browser's files lie: address part -> folder."""

    base_url: str = "/"
    _kept: dict[str, Sent] = field(default_factory=dict)

    @cached_property
    def extensions(self) -> list[dict[str, Any]]:
        """What the front end is told of its extensions: name, where they lie, what to load."""
        places = [*jupyter_path("labextensions"), *(str(Path(p) / "labextensions") for p in jupyter_path("voila"))]
        found = get_federated_extensions(places)
        return [
            {"name": name, **found[name]["jupyterlab"]["_build"], "_folder": found[name]["ext_path"]}
            for name in EXTENSIONS
            if name in found
        ]

    @cached_property
    def roots(self) -> dict[str, Path]:
        folders = {"own": TEMPLATES / "static", "voila": _voila_static()}
        return folders | {f"ext/{item['name']}": Path(item["_folder"]) for item in self.extensions}

    @cached_property
    def version(self) -> str:
        """Changes when any file may have changed: names, sizes and times of our own, versions of the others."""
        digest = hashlib.sha256(voila.__version__.encode())
        for name, folder in self.roots.items():
            files = sorted(folder.glob("*")) if name == "own" else [folder / "package.json"]
            for file in files:
                if file.is_file():
                    digest.update(f"{name}/{file.name}".encode() + file.read_bytes())
        return digest.hexdigest()[:12]

    @property
    def address(self) -> str:
        return f"{self.base_url}static/{self.version}"

    def page_config(self, kernel_id: str) -> str:
        """The JSON that Voila's front end reads from the page."""
        config = {
            "appName": "Voila",
            "appVersion": voila.__version__,
            "baseUrl": self.base_url,
            "kernelId": kernel_id,
            "fullStaticUrl": f"{self.address}/voila",
            "fullLabextensionsUrl": f"{self.address}/ext",
            "themesUrl": f"{self.address}/themes",
            "terminalsAvailable": False,
            "progressiveRendering": False,
            "jupyterLabTheme": "light",
            # No formulas in the course: nothing stands in for the typesetter.
            "fullMathjaxUrl": f"{self.address}/own/none.js",
            "mathjaxConfig": "none",
            "federated_extensions": [
                {key: value for key, value in item.items() if key != "_folder"} for item in self.extensions
            ],
            "disabledExtensions": [],
            "extensionConfig": {},
        }
        return json.dumps(config).replace("<", "\\u003c")

    def find(self, path: str) -> Sent | None:
        """The file at ``path`` (such as ``voila/voila.js``) as it is sent, or None. Nothing outside the folders."""
        if path not in self._kept:
            name = max((name for name in self.roots if path.startswith(f"{name}/")), key=len, default=None)
            if name is None:
                return None
            folder = self.roots[name].resolve()
            file = (folder / path[len(name) + 1 :]).resolve()
            if not file.is_relative_to(folder) or not file.is_file():
                return None
            kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            body, encoded = file.read_bytes(), file.suffix in COMPRESS
            if file.suffix == ".js":
                body = re.sub(rb"\n//# sourceMappingURL=\S+\s*$", b"\n", body)  # maps are not served
            self._kept[path] = Sent(gzip.compress(body, 6, mtime=0) if encoded else body, kind, encoded)
        return self._kept[path]


class AssetHandler(Base):
    """Sends one of the browser's files; what has a version in its address never changes."""

    async def get(self, version: str, path: str) -> None:
        frontend: Frontend = self.settings["frontend"]
        sent = frontend.find(path)
        if sent is None:
            raise HTTPError(404)
        self.set_header("Content-Type", sent.type)
        self.set_header("Vary", "Accept-Encoding")
        lasting = version == frontend.version
        self.set_header("Cache-Control", "public, max-age=31536000, immutable" if lasting else "no-cache")
        if not sent.encoded:
            self.finish(sent.body)
        elif "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.finish(sent.body)
        else:
            self.finish(gzip.decompress(sent.body))
