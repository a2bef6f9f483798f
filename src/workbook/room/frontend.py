"""Files for the browser: our style, the front end (built from ``frontend/``), and scripts that widgets bring along.

Their address holds a hash, so a browser keeps them for ever and asks again only after an update. They are compressed
once, kept in memory and sent from there. With gzip alone: over plain http, as in a room, no browser asks for more.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tornado.web import HTTPError

from .page_handler import Base
from .pages import TEMPLATES

COMPRESS = {".js", ".css", ".svg", ".json", ".html", ".txt"}
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
KEPT = 200  # scripts and styles of widgets; a course has a handful


@dataclass(frozen=True)
class Sent:
    """A file as it goes over the wire."""

    body: bytes
    type: str
    encoded: bool


def _packed(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


@dataclass
class Frontend:
    """Where the browser's files lie: address part -> folder."""

    base_url: str = "/"
    roots: dict[str, Path] = field(
        default_factory=lambda: {"own": TEMPLATES / "static", "built": Path(__file__).parent / "built"}
    )
    _files: dict[str, Sent] = field(default_factory=dict)
    _brought: OrderedDict[str, Sent] = field(default_factory=OrderedDict)

    @cached_property
    def version(self) -> str:
        """Changes when any file has changed."""
        digest = hashlib.sha256()
        for name, folder in self.roots.items():
            for file in sorted(folder.iterdir()):
                digest.update(f"{name}/{file.name}\n".encode() + file.read_bytes())
        return digest.hexdigest()[:12]

    @property
    def address(self) -> str:
        return f"{self.base_url}static/{self.version}"

    def bring(self, text: str, ending: str) -> str:
        """Serve what a widget brought along (``ending`` is ``.js`` or ``.css``); returns its address."""
        path = f"{hashlib.sha256(text.encode()).hexdigest()[:32]}/widget{ending}"
        if path not in self._brought:
            self._brought[path] = Sent(_packed(text.encode()), TYPES[ending], encoded=True)
            if len(self._brought) > KEPT:
                self._brought.popitem(last=False)
        self._brought.move_to_end(path)
        return f"{self.base_url}static/{path}"

    def brought(self, path: str) -> Sent | None:
        """What a widget brought along, by the last two parts of its address."""
        return self._brought.get(path)

    def find(self, path: str) -> Sent | None:
        """The file at ``path`` (such as ``built/page.js``) as it is sent, or None. Nothing outside the folders."""
        if path not in self._files:
            name, _slash, rest = path.partition("/")
            if name not in self.roots or "\0" in rest:
                return None
            folder = self.roots[name].resolve()
            file = (folder / rest).resolve()
            if not file.is_relative_to(folder) or not file.is_file():
                return None
            kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            body, encoded = file.read_bytes(), file.suffix in COMPRESS
            self._files[path] = Sent(_packed(body) if encoded else body, kind, encoded)
        return self._files[path]


class AssetHandler(Base):
    """Sends one of the browser's files; what has a hash in its address never changes."""

    async def get(self, version: str, path: str) -> None:
        frontend: Frontend = self.settings["frontend"]
        brought = frontend.brought(f"{version}/{path}")
        sent = brought or frontend.find(path)
        if sent is None:
            raise HTTPError(404)
        self.set_header("Content-Type", sent.type)
        self.set_header("Vary", "Accept-Encoding")
        lasting = brought is not None or version == frontend.version
        self.set_header("Cache-Control", "public, max-age=31536000, immutable" if lasting else "no-cache")
        if not sent.encoded:
            self.finish(sent.body)
        elif "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.finish(sent.body)
        else:
            self.finish(gzip.decompress(sent.body))
