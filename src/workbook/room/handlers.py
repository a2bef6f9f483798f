"""The short list of what the server answers: home, lessons, pictures, progress, health. Anything else is not there."""

from __future__ import annotations

import asyncio
import json
import mimetypes
from typing import Any

from tornado.iostream import StreamClosedError
from tornado.web import HTTPError

from ..i18n import _
from . import channels, pages, progress
from .execution import connect, news, run
from .frontend import AssetHandler, Frontend
from .lessons import IMAGES, NAME, read
from .outline import Branch
from .outputs import Page
from .page_handler import Base, Explained


class HomeHandler(Base):
    """The start page."""

    async def get(self) -> None:
        person = self.person
        course, answered = person.site.course, person.answered()
        resume = progress.resume(course, answered, person.visits.last())
        self.page(pages.home(person.site, progress.counts(course, answered), resume))


class LessonHandler(Base):
    """A lesson: its text goes out at once, its forms follow as soon as the kernel has made them."""

    kernel_id = ""

    async def get(self, unit: str, name: str) -> None:
        person = self.person
        site = person.site
        leaf = site.course.find(f"{unit}/{name}")
        if leaf is None:
            if self.settings["site"].course.find(f"{unit}/{name}"):
                raise Explained(403, _("This unit is not open now"), _("Your facilitator opens it when it is time."))
            raise HTTPError(404)
        try:
            notebook, page = read(self.settings["course_root"], leaf.path, site.base_url)
        except FileNotFoundError:
            raise HTTPError(404) from None
        person.visits.note(leaf.path)
        kernel = asyncio.create_task(self._kernel()) if page.runs else None
        start, end = pages.lesson(site, leaf, page, progress.count(leaf, person.answered()))
        try:
            self.page(start)
            await self.flush()
            if kernel:
                self.kernel_id = await kernel
                executor = await self._connect(notebook)
                self.write(news("kernel", self.kernel_id))
                frontend: Frontend = self.settings["frontend"]
                async for part in run(executor, Page(unit, site.base_url, frontend.bring)):
                    self.write(part)
                    await self.flush()
                self.write(news("done"))
            self.write(end)
            await self.finish()
        except StreamClosedError:  # the reader went away while the page was being made
            if kernel:
                await self.settings["kernels"].end(self.kernel_id or await kernel)
        except Exception as error:
            # The page is half sent: say so in it, instead of leaving it loading for ever.
            self.log_exception(type(error), error, error.__traceback__)
            if kernel and self.kernel_id:
                await self.settings["kernels"].end(self.kernel_id)
            self.write(news("failed") + end)
            await self.finish()

    async def _kernel(self) -> str:
        id: str = await self.settings["kernels"].take(self.person.owner, self.person.environment)
        return id

    async def _connect(self, notebook: Any) -> Any:
        """The page's executor; a kernel that died while it was handed over is replaced, once."""
        manager, kernels = self.settings["kernel_manager"], self.settings["kernels"]
        try:
            return await connect(notebook, manager.get_kernel(self.kernel_id))
        except RuntimeError:
            await kernels.end(self.kernel_id)
            self.kernel_id = await self._kernel()
            return await connect(notebook, manager.get_kernel(self.kernel_id))


class PictureHandler(Base):
    """Pictures of lessons, and nothing else under ``course/``."""

    async def get(self, path: str) -> None:
        unit = path.split("/")[0]
        if unit in {one.id for one in self.settings["site"].course.units} - {one.id for one in self._units()}:
            raise HTTPError(404)
        folder = (self.settings["course_root"] / "course").resolve()
        file = (folder / path).resolve()
        if file.suffix.lower() not in IMAGES or not file.is_relative_to(folder) or not file.is_file():
            raise HTTPError(404)
        self.set_header("Content-Type", mimetypes.guess_type(file.name)[0] or "application/octet-stream")
        # a drawing opened by itself may run nothing
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:")
        self.set_header("Cache-Control", "no-cache")
        body = await asyncio.get_running_loop().run_in_executor(None, file.read_bytes)
        self.write(body)
        self.set_etag_header()
        if self.check_etag_header():
            self.set_status(304)
            self._write_buffer.clear()
        self.finish()

    def _units(self) -> tuple[Branch, ...]:
        return self.person.site.course.units


class ProgressHandler(Base):
    """Progress as data: answered and all questions, by lesson and by unit."""

    async def get(self) -> None:
        counts = progress.counts(self.person.site.course, self.person.answered())
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps({path: {"done": count.done, "of": count.of} for path, count in counts.items()}))


class HealthHandler(Base):
    """``/health``: the server answers; what a start script or a monitor waits for."""

    for_all = True

    async def get(self) -> None:
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps({"ready": True, "kernels": len(self.settings["kernel_manager"].list_kernel_ids())}))


class OpenAssetHandler(AssetHandler):
    """The browser's files: everybody may have them, also before they join."""

    for_all = True


class NothingHandler(Base):
    """Every other address."""

    for_all = True

    def check_xsrf_cookie(self) -> None:
        """There is nothing to protect here, and 404 says more than a complaint about a token."""

    async def prepare(self, **given: Any) -> None:
        await super().prepare(**given)
        raise HTTPError(404)


def handlers(base: str) -> list[tuple[Any, ...]]:
    """All doors, for tornado: address, handler, and what the handler is told."""
    return [
        (rf"{base}", HomeHandler),
        (rf"{base}health", HealthHandler),
        (rf"{base}progress\.json", ProgressHandler),
        (rf"{base}static/([0-9a-f]+)/(.+)", OpenAssetHandler),
        (rf"{base}figures/(.+)", PictureHandler),
        *channels.handlers(base),
        (rf"{base}({NAME})/({NAME})/?", LessonHandler),
        (r".*", NothingHandler),
    ]
