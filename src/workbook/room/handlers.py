"""The short list of what the server answers: home, lessons, pictures, progress, health. Anything else is not there."""

from __future__ import annotations

import asyncio
import json
import mimetypes
from http import HTTPStatus
from typing import Any

import tornado.httputil as httputil
from tornado.iostream import StreamClosedError
from tornado.web import Application, HTTPError, stream_request_body

from ..i18n import _
from . import channels, limits, pages, plain, progress
from .execution import connect, news, run
from .frontend import AssetHandler, Frontend
from .lessons import IMAGES, NAME, read
from .outline import Branch
from .outputs import Page
from .page_handler import Base, Explained

FIELDS = 5000
"""Most fields of one form: a worksheet with all its rows has half as many."""
DRAINED = 64_000_000
"""Most bytes of a request that are read to the end only to be refused in words; more is cut off."""


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
        leaf = self.opened(f"{unit}/{name}")
        try:
            notebook, page = read(self.settings["course_root"], leaf.path, site.base_url)
        except FileNotFoundError:
            raise HTTPError(404) from None
        if page.runs:
            await self.spare_memory()
        person.visits.note(leaf.path)
        kernel = asyncio.create_task(self._kernel(unit)) if page.runs else None
        start, end = pages.lesson(site, leaf, page, progress.count(leaf, person.answered()))
        try:
            self.page(start)
            await self.flush()
            if kernel:
                self.kernel_id = await kernel
                executor = await self._connect(notebook, unit)
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

    async def _kernel(self, unit: str) -> str:
        id: str = await self.settings["kernels"].take(self.person.owner, self.person.environment, unit)
        return id

    async def _connect(self, notebook: Any, unit: str) -> Any:
        """The page's executor; a kernel that died while it was handed over is replaced, once."""
        manager, kernels = self.settings["kernel_manager"], self.settings["kernels"]
        try:
            return await connect(notebook, manager.get_kernel(self.kernel_id))
        except RuntimeError:
            await kernels.end(self.kernel_id)
            self.kernel_id = await self._kernel(unit)
            return await connect(notebook, manager.get_kernel(self.kernel_id))


class PictureHandler(Base):
    """Pictures of lessons, and nothing else under ``course/``."""

    async def get(self, path: str) -> None:
        folder = (self.settings["course_root"] / "course").resolve()
        try:
            file = (folder / path).resolve()
            unit = file.relative_to(folder).parts[0]  # where it lies, whatever way its address takes
        except (ValueError, IndexError):
            raise HTTPError(404) from None
        if unit in {one.id for one in self.settings["site"].course.units} - {one.id for one in self._units()}:
            raise HTTPError(404)
        if file.suffix.lower() not in IMAGES or not file.is_file():
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


@stream_request_body
class TooMuchHandler(Base):
    """Whatever is longer than anybody types: read to its end, kept nowhere, refused in words."""

    for_all = True

    def check_xsrf_cookie(self) -> None:
        """Nothing is done here, and the token would be in what is not kept."""

    async def prepare(self, **given: Any) -> None:
        # cut off before its end, the browser would show a broken connection in place of the answer
        self.request.connection.set_max_body_size(DRAINED)
        await super().prepare(**given)

    def data_received(self, chunk: bytes) -> None:
        """Let go of it."""

    async def post(self) -> None:
        advice = _(
            "At most one megabyte can be sent at once. Go back and make it shorter. What you saved before is kept."
        )
        raise Explained(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("This is too much at once"), advice)


class Doors(Application):  # type: ignore[misc]
    """All doors; whoever comes with too much is led to one of its own."""

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        # where tornado has a limit, it is less than a full worksheet on a plain page; no form of ours is multipart
        if fields := getattr(httputil, "ParseUrlEncodedConfig", None):
            multipart = httputil.ParseMultipartConfig(enabled=False)
            told = httputil.ParseBodyConfig(multipart=multipart, urlencoded=fields(max_arguments=FIELDS))
            httputil.set_parse_body_config(told)

    def find_handler(self, request: Any, **given: Any) -> Any:
        length = request.headers.get("Content-Length", "")
        if length.isascii() and length.isdecimal() and (len(length) > 12 or int(length) > limits.LARGEST):
            return self.get_handler_delegate(request, TooMuchHandler)
        return super().find_handler(request, **given)


def handlers(base: str) -> list[tuple[Any, ...]]:
    """All doors, for tornado: address, handler, and what the handler is told."""
    return [
        (rf"{base}", HomeHandler),
        (rf"{base}health", HealthHandler),
        (rf"{base}progress\.json", ProgressHandler),
        (rf"{base}static/([0-9a-f]+)/(.+)", OpenAssetHandler),
        (rf"{base}figures/(.+)", PictureHandler),
        *channels.handlers(base),
        *plain.handlers(base),
        (rf"{base}({NAME})/({NAME})/?", LessonHandler),
        (r".*", NothingHandler),
    ]
