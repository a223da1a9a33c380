"""The routes of the page. Each reads what was sent, asks the rooms below, and shows a page."""

from __future__ import annotations

import re
import shlex
import threading
from datetime import UTC, datetime
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from schemas.errors import SendersyncError
from sendersync.web import held_plans
from sendersync.web.access import Access
from sendersync.web.checked_upload import CheckedUpload, check_upload, require_usable
from sendersync.web.choices import choices_of_form
from sendersync.web.pages import document, held_page, small_pages
from sendersync.web.pages.settle_page import SettleView, settle_page
from sendersync.web.prefect_links import approve_link, import_link, sync_link
from sendersync.web.refusals import Refused
from sendersync.web.request_body import FilePart, form
from sendersync.web.sessions import VALID, Sessions
from sendersync.web.settings import PageSettings
from sendersync.web.upload_store import Upload, UploadStore
from sendersync.web.write_sync import SyncWishes, free_name, write_sync

_GOAL: Final = re.compile(r"/[\w/-]*")
"""Pages of ours alone: where somebody goes after signing in stands in a form."""

_OF_FILE: Final = re.compile(r"/files/[0-9a-f]{32}")


class Pages:
    """The pages of one server."""

    def __init__(self, settings: PageSettings, store: UploadStore, sessions: Sessions) -> None:
        """With its settings, its files and its sessions."""
        self._settings, self._store, self._sessions = settings, store, sessions
        # a large file takes memory while it is read: one at a time
        self._reading = threading.Lock()

    def application(self, hosts: list[str], cookie: str) -> Access:
        """Everything that is served, behind its doors.

        Args:
            hosts: Names, each with its port, by which the page is called.
            cookie: Name of the cookie with the session.
        """
        self._cookie = cookie
        self._access = Access(self._routes(), self._sessions, hosts, cookie)
        return self._access

    def _routes(self) -> Starlette:
        file = "/files/{digest}"
        return Starlette(
            routes=[
                Route("/", self.home),
                Route("/login", self.ask_for_token),
                Route("/login", self.sign_in, methods=["POST"]),
                Route("/logout", self.sign_out, methods=["POST"]),
                Route("/style.css", _style),
                Route("/drop.js", _script),
                Route("/favicon.ico", _nothing),
                Route("/files", self.receive, methods=["POST"]),
                Route(file, self.file),
                Route(f"{file}/choices", self.settle, methods=["POST"]),
                Route(f"{file}/sync", self.save, methods=["POST"]),
                Route(f"{file}/remove", self.remove, methods=["POST"]),
                Route("/held", self.held),
                Route("/runs/{name}", self.run),
                Route("/plans/{name}", self.run),
            ],
            exception_handlers=dict.fromkeys(
                (Refused, SendersyncError, HTTPException, Exception), _explained
            ),
        )

    async def home(self, _: Request) -> Response:
        """Drop a file."""
        files = await run_in_threadpool(self._store.all)
        lines = [
            small_pages.FileLine(_address(each), each.name, each.received, each.size)
            for each in files
        ]
        days = self._store.kept.days
        return HTMLResponse(small_pages.home_page(lines, self._settings.most_bytes, days))

    async def ask_for_token(self, request: Request) -> Response:
        """The page that asks for the token."""
        return HTMLResponse(small_pages.login_page(_goal(request.query_params.get("goal", ""))))

    async def sign_in(self, request: Request) -> Response:
        """Opens a session for whoever has the token."""
        fields = await form(request)
        goal = _goal(next(iter(fields.get("goal", ())), ""))
        session = self._sessions.open(next(iter(fields.get("token", ())), ""))
        if session is None:
            said = "This is not the token. It stands where `sendersync serve` was started."
            return HTMLResponse(small_pages.login_page(goal, said), 403)
        answer = RedirectResponse(goal, 303)
        answer.set_cookie(
            self._cookie,
            session,
            max_age=int(VALID.total_seconds()),
            secure=request.headers.get("origin", "").startswith("https:"),
            httponly=True,
            samesite="strict",
        )
        return answer

    async def sign_out(self, request: Request) -> Response:
        """Ends the session."""
        self._sessions.close(self._access.session(request))
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(self._cookie, httponly=True, samesite="strict")
        return answer

    async def receive(self, request: Request) -> Response:
        """Keeps a dropped file."""
        part = FilePart(request, self._settings.most_bytes)
        name = await part.name()
        upload = await self._store.receive(name, part.pieces())
        await run_in_threadpool(self._store.remove_old, datetime.now(UTC))
        return RedirectResponse(_address(upload), 303)

    async def file(self, request: Request) -> Response:
        """What would become of a dropped file."""
        upload = self._upload(request)
        checked = await run_in_threadpool(self._checked, upload)
        link = import_link(self._settings.forms, upload.path, checked.choices)
        view = SettleView(checked, _address(upload), link, self._store.kept.days)
        return HTMLResponse(await run_in_threadpool(settle_page, view))

    async def settle(self, request: Request) -> Response:
        """Keeps what somebody chose, and looks again."""
        upload = self._upload(request)
        choices = choices_of_form(await form(request))
        await run_in_threadpool(require_usable, upload, choices)
        self._store.settle(upload, choices)
        return RedirectResponse(_address(upload), 303)

    async def save(self, request: Request) -> Response:
        """Writes the sync file."""
        upload = self._upload(request)
        fields = await form(request)
        said = {name: next(iter(values), "") for name, values in fields.items()}
        wishes = SyncWishes(
            name=said.get("name", ""),
            sender_code=said.get("sender_code", ""),
            group=said.get("group", ""),
            place=said.get("place", "").strip(),
        )
        return HTMLResponse(await run_in_threadpool(self._save, upload, wishes))

    def _save(self, upload: Upload, wishes: SyncWishes) -> str:
        taken = held_plans.known_syncs(self._settings.state)
        free_name(wishes.name, self._settings.syncs, taken)  # said before the file is read
        path = write_sync(self._checked(upload), wishes, self._settings.syncs, taken)
        saved = small_pages.SavedSync(
            name=path.stem,
            path=str(path),
            command=f"sendersync plan {shlex.quote(str(path))}",
            form=sync_link(self._settings.forms, path),
            leaves=None if wishes.place else upload.received + self._store.kept,
        )
        return small_pages.saved_page(saved)

    async def remove(self, request: Request) -> Response:
        """Removes a dropped file."""
        await run_in_threadpool(self._store.remove, self._upload(request).id)
        return RedirectResponse("/", 303)

    async def held(self, _: Request) -> Response:
        """What waits for somebody to look."""
        rows = await run_in_threadpool(held_plans.waiting, self._settings.state, datetime.now(UTC))
        return HTMLResponse(held_page.waiting_page(rows))

    async def run(self, request: Request) -> Response:
        """What a run holds, by its id or by the digest of its plan."""
        name = request.path_params["name"]
        plan = await run_in_threadpool(
            held_plans.held_plan, self._settings.state, name, datetime.now(UTC)
        )
        link = approve_link(self._settings.forms, plan.run.digest)
        return HTMLResponse(await run_in_threadpool(held_page.held_page, plan, link))

    def _upload(self, request: Request) -> Upload:
        found = self._store.find(request.path_params["digest"])
        if found is None:
            raise Refused(404, "This file is not here any more.", "Drop it again.")
        return found

    def _checked(self, upload: Upload) -> CheckedUpload:
        with self._reading:
            return check_upload(upload, self._store.choices(upload))


def _address(upload: Upload) -> str:
    return f"/files/{upload.id}"


def _goal(given: str) -> str:
    return given if _GOAL.fullmatch(given) and not given.startswith("//") else "/"


async def _explained(request: Request, problem: Exception) -> Response:
    """What was not done, as a plain page: never a trace, which may hold what a file holds."""
    status, what, do = _words_of(problem)
    file = _OF_FILE.match(request.url.path)
    back = file[0] if file and request.method == "POST" else ""
    unreadable = file[0] if file and not back and status != 404 else ""
    page = small_pages.refusal_page(what, do, signed_in=True, back=back, unreadable=unreadable)
    return HTMLResponse(page, status)


def _words_of(problem: Exception) -> tuple[int, str, str]:
    if isinstance(problem, Refused):
        return problem.status, problem.what, problem.do
    if isinstance(problem, SendersyncError):  # a file that cannot be read, mostly
        return 422, problem.what, problem.do or "Export it again."
    if isinstance(problem, HTTPException):
        return problem.status_code, "There is no such page.", "Go to the files."
    return 500, "Something went wrong here, and nothing was done.", "Try it once more."


async def _style(_: Request) -> Response:
    return Response(document.stylesheet(), media_type="text/css")


async def _script(_: Request) -> Response:
    return Response(document.script("drop.js"), media_type="text/javascript")


async def _nothing(_: Request) -> Response:
    return Response(status_code=204)
