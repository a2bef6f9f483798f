"""Serving the course: what pages are made from, and a real server that starts, serves, refuses and ends."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path

import nbformat
import psutil
import pytest

import room_sample
from serving import Server
from workbook import release
from workbook.answers import open_home
from workbook.errors import WorkbookError
from workbook.places import Session
from workbook.room import answered, lab, lessons, outline, pages, ports, progress
from workbook.room.frontend import Frontend
from workbook.room.lab import content_of, copy

COURSE = outline.outline(room_sample.course_data())
SERVE = (
    "import sys; from pathlib import Path\n"
    "from workbook.cli import WorkbookError\n"
    "from workbook.places import Session\n"
    "from workbook.room import kernels, serve\n"
    "kernels.SWEEP = 1\n"
    "session = Session(root=Path(sys.argv[1]), home=sys.argv[2], owner='amina', alone=True)\n"
    "try: sys.exit(serve(session, port=int(sys.argv[3]), open_browser=False))\n"
    "except WorkbookError as error: print(error, file=sys.stderr); sys.exit(2)\n"
)


NO_FORK = SERVE.replace("try:", "from workbook.room import forks\nforks.possible = lambda: False\ntry:", 1)
"""As on Windows and macOS."""


def command(root: Path, home: Path, port: int, code: str = SERVE) -> list[str]:
    return [sys.executable, "-c", code, str(root), str(home), str(port)]


def new_server(folder: Path, code: str = SERVE) -> Server:
    root = room_sample.make(folder / "course-folder")
    home = folder / "home"
    return Server(root, home, lambda port: command(root, home, port, code), ready="/health")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = new_server(tmp_path_factory.mktemp("room"))
    server.start()
    yield server
    server.stop()


def get(server: Server, path: str, **headers: str) -> tuple[int, HTTPResponse, bytes]:
    request = urllib.request.Request(server.url + path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error, error.read()  # type: ignore[return-value]


def kernels(server: Server) -> list[psutil.Process]:
    """The kernels of a server: processes of their own, or forked, which then lead a session of their own."""
    found = []
    for process in makers(server):
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
            if "workbook.room.kernel" in process.cmdline() or os.getsid(process.pid) == process.pid:
                found.append(process)
    return found


def makers(server: Server) -> list[psutil.Process]:
    """The kernels of a server and the process that forks them, found by what only they have in their command."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        told, words = process.info["environ"] or {}, process.info["cmdline"] or []
        ours = "workbook.room.kernel" in words or "workbook.room.forkserver" in words
        if ours and told.get("WORKBOOK_HOME") == str(server.home):
            found.append(process)
    return found


def until(check: object, seconds: float = 10) -> bool:
    assert callable(check)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.05)
    return bool(check())


# Order, progress


def test_lessons_know_their_place_and_neighbours() -> None:
    first, second, last = COURSE.lessons
    assert (first.number, first.of, last.number, last.of) == (1, 2, 1, 1)
    assert COURSE.beside(first) == (None, second)
    assert COURSE.beside(second) == (first, last), "the next lesson may be in the next unit"
    assert COURSE.beside(last) == (second, None)
    assert COURSE.find("first/roads") == second and COURSE.find("first/nothing") is None


def test_a_course_that_is_not_built_says_so(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="workbook build"):
        outline.load(tmp_path)
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "course.json").write_text('{"units": ', encoding="utf-8")
    with pytest.raises(WorkbookError, match="cannot be read"):
        outline.load(tmp_path)


def test_optional_questions_do_not_count() -> None:
    done = {"first/list": {"a": "2026-01-01T10:00:00Z", "maybe-c": "2026-01-01T10:00:00Z"}}
    counts = progress.counts(COURSE, done)
    assert counts["first/needs"] == progress.Count(1, 2)
    assert counts["first"] == progress.Count(1, 3)
    assert counts["second"] == progress.Count(0, 0) and not counts["second"].complete


def test_go_on_where_the_last_page_or_the_last_answer_was() -> None:
    _needs, roads, end = COURSE.lessons
    done = {"first/roads": {"d": "2026-01-02T10:00:00+00:00"}}
    assert progress.resume(COURSE, {}, None) is None
    assert progress.resume(COURSE, done, None) == roads
    assert progress.resume(COURSE, done, ("first/needs", "2026-01-01T10:00:00+00:00")) == roads
    assert progress.resume(COURSE, done, ("second/end", "2026-01-03T10:00:00+00:00")) == end
    assert progress.resume(COURSE, {}, ("gone/away", "2026-01-03T10:00:00+00:00")) is None


def test_last_page_survives_and_a_broken_note_is_no_harm(tmp_path: Path) -> None:
    visits = progress.Visits(tmp_path / "new", "amina")
    assert visits.last() is None
    visits.note("first/roads")
    last = progress.Visits(tmp_path / "new", "amina").last()
    assert last is not None and last[0] == "first/roads"
    visits.file.write_text("[1", encoding="utf-8")
    assert visits.last() is None


def test_progress_follows_the_answers(tmp_path: Path) -> None:
    session = Session(root=tmp_path, home=str(tmp_path / "home"), owner="amina")
    read = answered.reader(session)
    assert read() == {}
    home = open_home(session.home)
    home.save(answered.owner_of(session), "first", "list", "a", {"value": "needs"}, version="1")
    assert set(read()["first/list"]) == {"a"}
    home.save(answered.owner_of(session), "first", "list", "a", {"value": None}, version="1")
    assert read()["first/list"] == {}, "an answer taken back is none"


# Lessons and pages


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("roads.ipynb", "/first/roads"),
        ("roads.md#why", "/first/roads#why"),
        ("../second/end.ipynb", "/second/end"),
        ("figures/pump.svg", "/figures/first/figures/pump.svg"),
        ("../figures/a%20b.png", "/figures/figures/a b.png"),
        ("../../secret.svg", "../../secret.svg"),
        ("../../keys.ipynb", "../../keys.ipynb"),
        ("https://example.org/a.md", "https://example.org/a.md"),
        ("#why", "#why"),
    ],
)
def test_links_and_pictures_get_their_address(url: str, address: str) -> None:
    assert lessons.address("first", url) == address


def test_text_is_as_written(tmp_path: Path) -> None:
    root = room_sample.make(tmp_path / "r")
    _notebook, page = lessons.read(root, "first/needs")
    html = "".join(piece.html for piece in page.pieces)
    assert "$5 million to $10 million" in html, "amounts of money are no formulas"
    assert 'href="/first/roads#why"' in html and 'alt="A pump beside a well"' in html
    assert page.titled and [piece.code for piece in page.pieces] == [False, True, False, True]


def test_remarks_are_quotations_everywhere() -> None:
    text = "Before\n\n:::{note} Mind\nText of **weight**.\n\nMore: [roads](roads.md).\n:::\n\nAfter\n"
    (cell,) = release.lesson_notebook("first/needs", text)["cells"]
    source = "".join(cell["source"])
    assert source.split("\n\n")[1:] == [
        "> **Mind**\n>\n> Text of **weight**.\n>\n> More: [roads](roads.ipynb).", "After"
    ]  # fmt: skip
    cell = nbformat.v4.new_markdown_cell(source)
    html = lessons.render(nbformat.v4.new_notebook(cells=[cell]), "first").pieces[0].html
    inside = html.split("<blockquote>")[1].split("</blockquote>")[0]
    assert "<strong>Mind</strong>" in inside and 'href="/first/roads"' in inside
    assert ":::" not in html and html.index("Before") < html.index("<blockquote") < html.index("After")


def test_a_changed_lesson_is_read_again(tmp_path: Path) -> None:
    root = room_sample.make(tmp_path / "r")
    assert "Only text" in lessons.read(root, "second/end")[1].pieces[0].html
    file = root / "course" / "second" / "end.ipynb"
    file.write_text(file.read_text(encoding="utf-8").replace("Only text", "Also new text"), encoding="utf-8")
    assert "Also new text" in lessons.read(root, "second/end")[1].pieces[0].html


def test_pages_escape_what_is_not_html() -> None:
    site = pages.Site(COURSE)
    html = pages.home(site, progress.counts(COURSE, {}), None)
    assert "Needs &lt;first&gt;" in html and "Needs <first>" not in html
    assert "What there is &amp; what is missing." in html


def test_home_has_units_in_order_with_minutes_objectives_and_where_to_begin() -> None:
    counts = progress.counts(COURSE, {"first/list": {"a": "x", "b": "x"}})
    html = pages.home(pages.Site(COURSE), counts, COURSE.lessons[1])
    places = [html.index(text) for text in ("Beginnings", "Needs &lt;first&gt;", "Roads", "Endings", "The end")]
    found = [html.index(text, html.index('class="room-unit"')) for text in ("Beginnings", "Endings")]
    assert found == sorted(found) and len(places) == 5
    assert "Go on where you stopped" in html and "30 min" in html and "See what a town needs" in html
    assert "2 of 3 answered" in html and 'class="room-complete"' in html
    assert "Begin<" in pages.home(pages.Site(COURSE), counts, None)


def test_of_many_units_the_one_to_go_on_with_is_unfolded() -> None:
    data = room_sample.course_data()
    (unit,) = data["units"][:1]
    many = outline.outline({**data, "units": [{**unit, "id": f"unit-{n}"} for n in range(pages.FEW + 1)]})
    few = outline.outline({**data, "units": [{**unit, "id": f"unit-{n}"} for n in range(pages.FEW)]})
    assert pages.unfolded(few, None) == {unit.id for unit in few.units}
    assert pages.unfolded(many, None) == {"unit-0"}
    assert pages.unfolded(many, many.units[-1].lessons[0]) == {f"unit-{pages.FEW}"}
    html = pages.home(pages.Site(many), progress.counts(many, {}), many.units[-1].lessons[0])
    assert html.count('<section class="room-unit"') == pages.FEW + 1 and html.count("<details open>") == 1
    assert html.index("<details open>") > html.index(f'aria-labelledby="unit-unit-{pages.FEW}"')


def test_a_page_turns_with_its_language() -> None:
    arabic = outline.outline(room_sample.course_data() | {"language": "ar"})
    assert '<html lang="ar" dir="rtl">' in pages.home(pages.Site(arabic), progress.counts(arabic, {}), None)


def test_style_has_no_left_or_right() -> None:
    css = (pages.TEMPLATES / "static" / "room.css").read_text(encoding="utf-8")
    rules = css.split("/* The look")[1]
    for word in ("left:", "right:", "-left", "-right", "text-align: left", "text-align: right"):
        assert word not in rules, word


@pytest.mark.parametrize(
    "path",
    ["own/../base.html.j2", "own/../../../app.py", "voila/../../../../x", "own", "own/", "x/y", "../own/room.css"],
)
def test_nothing_outside_the_front_end_is_found(path: str) -> None:
    assert Frontend().find(path) is None


def test_front_end_files_are_compressed_and_whole() -> None:
    sent = Frontend().find("own/room.css")
    assert sent is not None and sent.encoded
    assert gzip.decompress(sent.body) == (pages.TEMPLATES / "static" / "room.css").read_bytes()


# JupyterLab's copies


def test_copies_begin_with_what_to_do_and_fold_code(tmp_path: Path) -> None:
    root = room_sample.make(tmp_path / "r")
    before = {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}
    assert copy(root, tmp_path / "n") == []
    made = json.loads((tmp_path / "n/course/first/needs.ipynb").read_text(encoding="utf-8"))
    assert "Run All Cells" in made["cells"][0]["source"]
    assert all(cell["metadata"]["jupyter"]["source_hidden"] for cell in made["cells"] if cell["cell_type"] == "code")
    assert (tmp_path / "n/course/first/figures/pump.svg").is_file()
    assert (tmp_path / "n/exercises/first/list.ipynb").is_file()
    plain = json.loads((tmp_path / "n/course/second/end.ipynb").read_text(encoding="utf-8"))
    assert len(plain["cells"]) == 1, "nothing to run, nothing to say"
    assert before == {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}, (
        "the checkout is only read"
    )


def _change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_copy_follows_its_source_until_it_is_edited(tmp_path: Path) -> None:
    root, folder = room_sample.make(tmp_path / "r"), tmp_path / "n"
    source, target = root / "course/second/end.ipynb", folder / "course/second/end.ipynb"
    copy(root, folder)
    _change(source, "Only text", "Better text")
    assert copy(root, folder) == [] and "Better text" in target.read_text(encoding="utf-8")
    # run and saved, but not edited: outputs are no edit
    run = json.loads(target.read_text(encoding="utf-8"))
    run["metadata"]["kernel_info"] = {"seen": True}
    target.write_text(json.dumps(run), encoding="utf-8")
    _change(source, "Better text", "Third text")
    assert copy(root, folder) == [] and "Third text" in target.read_text(encoding="utf-8")
    # edited: kept, and the new version put beside it, once
    _change(target, "Third text", "My own note")
    assert copy(root, folder) == [], "nothing new in the course"
    _change(source, "Third text", "Fourth text")
    beside = folder / "course/second/end (new version).ipynb"
    assert copy(root, folder) == [beside]
    assert "My own note" in target.read_text(encoding="utf-8") and "Fourth text" in beside.read_text(encoding="utf-8")
    assert copy(root, folder) == []
    _change(source, "Fourth text", "Fifth text")
    assert copy(root, folder) == [beside] and "Fifth text" in beside.read_text(encoding="utf-8")
    assert "My own note" in target.read_text(encoding="utf-8")


def test_a_list_of_lines_is_no_edit() -> None:
    one = {"cells": [{"cell_type": "markdown", "source": "a\nb"}]}
    lines = {"cells": [{"cell_type": "markdown", "source": ["a\n", "b"]}]}
    assert content_of(json.dumps(one)) == content_of(json.dumps(lines))


# The server


def test_the_second_start_is_quick(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    again = Server(server.root, server.home, server.command, ready="/health")
    began = time.monotonic()
    process = subprocess.Popen(again.command(again.port), stdout=subprocess.DEVNULL)
    try:
        assert until(lambda: _answers(again.port), 30)
        with capsys.disabled():
            print(f"\nsecond start: ready after {time.monotonic() - began:.2f} s")
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_home_and_lessons_are_there_and_nothing_else(server: Server) -> None:
    for path in ("/", "/first/needs", "/second/end", "/health", "/progress.json", "/figures/first/figures/pump.svg"):
        assert get(server, path)[0] == 200, path
    for path in (
        "/nothing", "/first/nothing", "/first", "/figures/course.json", "/figures/first/needs.ipynb",
        "/figures/..%2f..%2fetc/x.svg", "/voila/api/contents", "/voila/tree", "/voila/files/course.json",
        "/api/kernels", "/api/contents", "/static/0/own/../pages.py", "/login", "/tree", "/exercises/list",
    ):  # fmt: skip
        status, answer, body = get(server, path, Accept="text/html")
        assert status == 404, path
        assert b"<h1>This page does not exist</h1>" in body and b"Traceback" not in body, path
        assert answer.headers["Content-Type"].startswith("text/html")


def test_errors_are_json_for_programs(server: Server) -> None:
    status, _answer, body = get(server, "/nothing", Accept="application/json")
    assert status == 404 and json.loads(body)["message"] == "This page does not exist"


def test_another_host_name_is_refused(server: Server) -> None:
    assert get(server, "/", Host="partner.example.org")[0] == 403


def test_another_site_cannot_end_a_kernel(server: Server) -> None:
    assert get(server, "/first/roads")[0] == 200
    assert until(lambda: kernels(server))
    id = "00000000-0000-0000-0000-000000000000"
    for origin, status in (("http://evil.example.org", 403), (server.url, 204)):
        request = urllib.request.Request(f"{server.url}/goodbye/{id}", method="POST", headers={"Origin": origin})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                assert answer.status == status
        except urllib.error.HTTPError as error:
            assert error.code == status


def test_a_page_that_hears_nothing_is_told_whether_its_kernel_is_busy(tmp_path: Path) -> None:
    server = new_server(tmp_path)
    # A page is sent on after each cell: it knows its kernel when the first has run. That one gives the server a second,
    # since it may need a tenth of one to hear a kernel at all.
    first = "import time; time.sleep(1); import ipywidgets; ipywidgets.Checkbox()"
    cells = [("code", first), ("code", "import time; time.sleep(4)")]
    slow = json.dumps(room_sample.notebook(*cells))
    (server.root / "course" / "first" / "roads.ipynb").write_text(slow, encoding="utf-8")

    def state(id: str) -> str:
        return str(json.loads(get(server, f"/api/kernels/{id}")[2])["execution_state"])

    server.start()
    try:
        with urllib.request.urlopen(f"{server.url}/first/roads", timeout=60) as page:
            kernel = next(line for line in page if b'<room-news kernel="' in line).split(b'"')[1].decode()
            assert until(lambda: state(kernel) == "busy", 3)
            assert b'<room-news done="' in page.read()
        assert until(lambda: state(kernel) == "idle", 3)
    finally:
        server.stop()


def test_pages_forbid_other_hosts_and_files_may_be_kept(server: Server) -> None:
    _status, answer, body = get(server, "/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "http:" not in policy.replace("ws://", "")
    style = body.decode().split('rel="stylesheet" href="')[1].split('"')[0]
    _status, answer, packed = get(server, style, Accept_Encoding="gzip")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == get(server, style)[2]


def test_a_lesson_never_shows_code_and_a_failing_cell_speaks_plainly(server: Server) -> None:
    body = get(server, "/first/roads")[2].decode()
    assert "ipywidgets.Checkbox" not in body and "raise ValueError" not in body and "Traceback" not in body
    assert body.count("This part could not be shown") == 1
    assert 'data-widget="' in body, "the cell before it still shows"
    assert body.rstrip().endswith("</html>")


def test_a_lesson_of_text_starts_no_front_end(server: Server) -> None:
    assert b"/built/" not in get(server, "/second/end")[2]


def test_the_course_folder_stays_as_it_was(server: Server) -> None:
    get(server, "/first/needs")
    again = room_sample.make(server.home.parent / "again")
    names = {path.relative_to(again) for path in again.rglob("*")}
    assert {path.relative_to(server.root) for path in server.root.rglob("*")} == names


def test_a_taken_port_gets_one_sentence_and_an_exit_code(server: Server) -> None:
    done = subprocess.run(
        command(server.root, server.home, server.port), check=False, capture_output=True, encoding="utf-8", timeout=60
    )
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith(f"Port {server.port} is taken") and done.stderr.count("\n") == 1
    with pytest.raises(WorkbookError, match="is taken"):
        lab(Session(root=server.root, home=str(server.home)), port=server.port, open_browser=False)
    with pytest.raises(WorkbookError, match="does not exist"):
        ports.take(70000)


def _running(tmp_path: Path, code: str = SERVE) -> tuple[Server, list[psutil.Process]]:
    server = new_server(tmp_path, code)
    server.start()
    assert get(server, "/first/needs")[0] == 200
    wanted = 1 if code == SERVE else 2  # without fork the page's kernel and the next one
    assert until(lambda: len(kernels(server)) >= wanted, 20)
    return server, makers(server)


@pytest.mark.parametrize("code", [SERVE, NO_FORK], ids=["forked", "started"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_leaves_no_kernel_behind(tmp_path: Path, number: signal.Signals, code: str) -> None:
    server, running = _running(tmp_path, code)
    assert server.process is not None
    os.kill(server.process.pid, number)
    assert server.process.wait(15) == 0
    assert until(lambda: not any(process.is_running() for process in running), 5)
    log = (server.home.parent / "server.log").read_text(encoding="utf-8")
    assert "Stopped." in log and "Traceback" not in log


@pytest.mark.parametrize("code", [SERVE, NO_FORK], ids=["forked", "started"])
def test_ctrl_c_while_it_starts_leaves_no_kernel_behind(tmp_path: Path, code: str) -> None:
    server = new_server(tmp_path, code)
    server.start()
    assert server.process is not None
    os.killpg(server.process.pid, signal.SIGINT)  # as a terminal does; the first kernel is just being started
    assert server.process.wait(15) == 0
    assert until(lambda: not makers(server), 5)
    assert "Traceback" not in (server.home.parent / "server.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", [SERVE, NO_FORK], ids=["forked", "started"])
def test_kernels_end_with_a_server_that_is_killed(tmp_path: Path, code: str) -> None:
    server, running = _running(tmp_path, code)
    assert server.process is not None
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    assert until(lambda: not any(process.is_running() for process in running), 5)


def test_kernels_can_be_made_again_after_what_forks_them_was_killed(tmp_path: Path) -> None:
    server, running = _running(tmp_path)
    (maker,) = [process for process in running if process not in kernels(server)]
    maker.kill()
    assert until(lambda: not any(process.is_running() for process in running), 5), "its kernels end with it"
    try:
        assert "data-widget=" in get(server, "/first/needs")[2].decode()
        assert len(kernels(server)) == 1
    finally:
        server.stop()


def test_a_forked_kernel_shares_most_of_its_memory(tmp_path: Path) -> None:
    server, _running_ones = _running(tmp_path)
    try:
        (kernel,) = kernels(server)
        assert kernel.memory_full_info().uss < 25e6
    finally:
        server.stop()


@pytest.mark.parametrize(("code", "left"), [(SERVE, 0), (NO_FORK, 1)], ids=["forked", "one-kept-warm"])
def test_kernels_of_pages_that_are_gone_are_ended(tmp_path: Path, code: str, left: int) -> None:
    server = new_server(tmp_path, code.replace("try:", "kernels.GRACE = 1\ntry:", 1))
    server.start()
    try:
        for _ in range(3):
            get(server, "/first/roads")  # read, never connected: as by a browser that was closed at once
        assert until(lambda: len(kernels(server)) == left, 30)
    finally:
        server.stop()


LAB = SERVE.replace("import kernels, serve", "import lab as serve").replace("kernels.SWEEP = 1\n", "")


def test_lab_asks_for_its_token_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    root, home = room_sample.make(tmp_path / "r"), tmp_path / "home"
    settings = {"JUPYTER_CONFIG_DIR": str(tmp_path / "config"), "JUPYTER_DATA_DIR": str(tmp_path / "data")}
    os.environ |= settings
    server = Server(root, home, lambda port: [sys.executable, "-c", LAB, str(root), str(home), str(port)], "/api")
    try:
        server.start()
        assert get(server, "/api/contents")[0] == 403, "no token, no notebooks"
        assert (home / "notebooks" / "course" / "first" / "needs.ipynb").is_file()
        assert server.process is not None
        children = psutil.Process(server.process.pid).children(recursive=True)
        listening = {c.laddr.ip for child in children for c in child.net_connections("inet") if c.status == "LISTEN"}
        assert listening == {"127.0.0.1"}
        os.killpg(server.process.pid, signal.SIGINT)  # as a terminal does: to both
        assert server.process.wait(20) == 0
        assert until(lambda: not any(child.is_running() for child in children), 10)
    finally:
        server.kill()
        for name in settings:
            del os.environ[name]
