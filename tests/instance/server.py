"""The TLS server in front of all simulated instances."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import trustme

from . import api, cookies, pages, refusal
from .instance import Instance
from .records import Record
from .wire import Connection, Request, Response, json_response

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

# In a cold run an opened but unused connection is closed after this time, so that
# one the browser opened ahead of need does not make the next request a warm one.
_UNUSED_SECONDS = 0.5

_NO_STORE = ("Cache-Control", "no-store")
_CACHED = ("Cache-Control", "public, max-age=86400")


class SimulatedConnect:
    """Serves any number of instances, told apart by their host name, on loopback."""

    def __init__(self, libraries: dict[str, Path]) -> None:
        self._libraries = dict(libraries)
        self._scripts: dict[tuple[str, str], bytes] = {}
        self._instances: dict[str, Instance] = {}
        self._lock = threading.Lock()
        self._connections: set[Connection] = set()
        self._listener: socket.socket | None = None
        self._stopping = False
        self._greeting = threading.local()
        self.port = 0
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority = trustme.CA()
        names = ["*.awsapps.com", "*.my.connect.aws", "*.govcloud.connect.aws", "*.example.com"]
        names += ["awsapps.com", "localhost"]
        authority.issue_cert(*names).configure_cert(self._tls)
        # The callback runs inside the handshake and knows the host: the one place
        # where a new connection can be made to cost its instance's round trip.
        self._tls.sni_callback = self._greeted

    def __enter__(self) -> SimulatedConnect:
        """Start."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def start(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listener = listener
        self._stopping = False
        self.port = listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(listener,), name="simulated-connect", daemon=True).start()

    def stop(self) -> None:
        """Close the port and every connection; what hangs is let go."""
        self._stopping = True
        listener, self._listener = self._listener, None
        if listener is not None:
            # Closing alone would leave the accepting thread asleep.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._lock:
            connections = list(self._connections)
            instances = list(self._instances.values())
        for connection in connections:
            connection.cut()
        for instance in instances:
            with instance.changed:
                instance.changed.notify_all()

    def instance(self, host: str) -> Instance:
        """The instance of this host, made at its first mention."""
        with self._lock:
            found = self._instances.get(host)
            if found is None:
                found = self._instances[host] = Instance(host)
            return found

    # Connections

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(raw,), daemon=True).start()

    def _greeted(self, _tls: ssl.SSLObject, host: str | None, _context: ssl.SSLContext) -> None:
        # Runs in the connection's own thread.
        self._greeting.host = host
        if host:
            time.sleep(self.instance(host).knobs.round_trip_ms / 1000)

    def _serve(self, raw: socket.socket) -> None:
        connection: Connection | None = None
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._greeting.host = None
            connection = Connection(self._tls.wrap_socket(raw, server_side=True))
            with self._lock:
                self._connections.add(connection)
            if not self._stopping:
                self._converse(connection, self.instance(self._greeting.host or "localhost"))
        except (OSError, ValueError):
            # The browser went away, in whatever way: nothing to report.
            pass
        finally:
            if connection is None:
                raw.close()
            else:
                with self._lock:
                    self._connections.discard(connection)
                connection.close()

    def _converse(self, connection: Connection, greeted: Instance) -> None:
        greeted.attach(connection)
        try:
            if greeted.knobs.cold and not connection.wait_for_data(_UNUSED_SECONDS):
                return
            while True:
                request = connection.read_request()
                if request is None:
                    return
                host = request.headers.get("host", "").partition(":")[0]
                if not self._exchange(connection, self.instance(host), request):
                    return
                connection.idle = True
        finally:
            greeted.detach(connection)

    def _exchange(self, connection: Connection, instance: Instance, request: Request) -> bool:
        """One request and its answer; False when the connection is to be closed."""
        half_trip = instance.knobs.round_trip_ms / 2000
        time.sleep(half_trip)
        record = _record(request)
        instance.record(record)
        if instance.knobs.down:
            return False
        if request.headers.get("upgrade", "").lower() == "websocket":
            time.sleep(half_trip)
            connection.accept_websocket(request)
            instance.answered(record, 101)
            connection.serve_websocket()
            return False
        time.sleep(instance.knobs.latency(_latency_key(record)))
        response = self._answer(connection, instance, request, record)
        if response is None:
            return False
        time.sleep(half_trip)
        close = instance.knobs.cold
        refusal.answered(instance, record)
        connection.send(response.encode(close))
        instance.answered(record, response.status)
        return not close

    # Answers

    def _answer(self, connection: Connection, instance: Instance, request: Request, record: Record) -> Response | None:
        if request.method == "POST" and request.path in _under(instance, "/api"):
            return api.answer(api.Call(instance, connection, record))
        if request.method == "POST":
            known = _POSTS.get(request.path)
        elif request.path in (pages.LIBRARY_PATH, pages.WORKER_PATH):
            return self._script(instance, request)
        elif request.path in _under(instance, "/auth/authorize"):
            known = _authorise
        else:
            known = _GETS.get(request.path)
            if known is None and not instance.is_connect:
                known = _FOREIGN_GETS.get(request.path)
        return known(instance, request) if known is not None else _not_found()

    def _script(self, instance: Instance, request: Request) -> Response:
        asked = parse_qs(request.query)
        version = asked.get("v", [""])[0]
        worker = request.path == pages.WORKER_PATH
        file = self._libraries.get(version)
        if file is None:
            return _not_found()
        key = (version, "worker" if worker else "page")
        script = self._scripts.get(key)
        if script is None:
            script = file.read_bytes()
            if worker:
                script += b"\n;connect.worker.main();\n"
            self._scripts[key] = script
        if worker and "proof" in asked:
            # Another key for each worker: nothing to keep.
            return Response(200, refusal.prologue(instance) + script, "text/javascript; charset=utf-8", [_NO_STORE])
        return Response(200, script, "text/javascript; charset=utf-8", [_CACHED])


def _record(request: Request) -> Record:
    target = ""
    body = request.json() if request.content else None
    full = request.headers.get("x-amz-target", "")
    if full:
        target = full.removeprefix(api.SERVICE)
    token = request.headers.get("x-amz-bearer")
    if token is None and body is not None:
        authentication = body.get("authentication")
        if isinstance(authentication, dict):
            token = authentication.get("authToken")
    return Record(
        at=time.time(),
        method=request.method,
        path=request.path,
        target=target,
        body=body,
        headers=request.headers,
        token=token,
    )


def _latency_key(record: Record) -> str:
    if record.target:
        return record.target
    return "authorize" if record.path.endswith("/auth/authorize") else "page"


def _html(page: str) -> Response:
    return Response(200, page.encode(), headers=[_NO_STORE])


def _not_found() -> Response:
    return Response(404, b"Not found", "text/plain", [_NO_STORE])


def _redirect(path: str) -> Response:
    return Response(302, headers=[_NO_STORE, ("Location", path)])


def _under(instance: Instance, path: str) -> tuple[str, ...]:
    # A look-alike host answers at both families' paths.
    return (instance.base + path,) if instance.is_connect else (path, f"/connect{path}")


def _ccp(instance: Instance, request: Request) -> Response:
    if not instance.signed_in:
        return _redirect(f"{instance.base}/login")
    v2 = "/ccp-v2" in request.path
    migrated = instance.knobs.migrated
    if migrated == "redirect" and not v2:
        return _redirect(f"{instance.base}/ccp-v2")
    if migrated == "script" and not v2:
        return _html(pages.moved(f"{instance.base}/ccp-v2"))
    v2 = v2 or migrated == "in_place"
    expires = time.time() + instance.knobs.token_seconds
    username = instance.knobs.username
    response = _html(pages.ccp(instance, instance.issue_token(username), expires, v2))
    if instance.knobs.page_headers:
        response.headers[:] = instance.knobs.page_headers
    if instance.knobs.unload_denied:
        response.headers.append(("Permissions-Policy", "unload=()"))
    session = instance.open_session(username)
    partitioned = instance.knobs.refuse_own == "cookies"
    response.headers += cookies.setting(session, pages.SESSION_SECONDS, partitioned)
    return response


def _tasks(instance: Instance, _request: Request) -> Response:
    return _html(pages.tasks(instance))


def _workspace(instance: Instance, _request: Request) -> Response:
    if not instance.signed_in:
        return _redirect(f"{instance.base}/login")
    return _html(pages.workspace(instance))


def _authorise(instance: Instance, request: Request) -> Response:
    # Whose the cookie is, not who was there when the token that ends was issued.
    username = instance.session_user(cookies.session(request.headers))
    if username is None:
        return json_response({"message": "Unauthorized"}, 401, "application/json")
    if instance.knobs.authorize_page:
        return _html(pages.login(instance))
    expiration = int((time.time() + instance.knobs.token_seconds) * 1000)
    answer = {"accessToken": instance.issue_token(username), "expiration": expiration}
    return json_response(answer, kind="application/json")


def _nothing(_instance: Instance, _request: Request) -> Response:
    return Response(204, headers=[_NO_STORE])


def _login(instance: Instance, request: Request) -> Response:
    if request.method == "POST":
        instance.sign_in()
        return _redirect(instance.ccp_path)
    return _html(pages.login(instance))


def _logout(instance: Instance, request: Request) -> Response:
    # Without the cookie, as from a credentialless frame, there is no session to end.
    if instance.session_user(cookies.session(request.headers)) is not None:
        instance.sign_out()
    response = _redirect(f"{instance.base}/login")
    response.headers += cookies.clearing()
    return response


def _agent_app(_instance: Instance, _request: Request) -> Response:
    nothing: dict[str, list[str]] = {"IntegrationAssociationSummaryList": []}
    return json_response(nothing, kind="application/json")


def _report(_instance: Instance, _request: Request) -> Response:
    """What the browser saves instead of showing: the page that led here stays."""
    saved = [_NO_STORE, ("Content-Disposition", 'attachment; filename="report.csv"')]
    return Response(200, b"agent,calls\n", "text/csv", saved)


_Page = Callable[[Instance, Request], Response]

_POSTS: dict[str, _Page] = {
    "/agent-app/api": _agent_app,
    "/connect/login": _login,
    "/login": _login,
}
_GETS: dict[str, _Page] = {
    **{
        f"{base}/{page}": _ccp
        for base in ("", "/connect")
        for page in ("ccp", "ccp/", "ccp-v2", "ccp-v2/", "ccp-v2/channel-view/", "ccp-v2/softphone")
    },
    **{f"{base}/ccp-v2/task-list": _tasks for base in ("", "/connect")},
    **{f"{base}/agent-app-v2/": _workspace for base in ("", "/connect")},
    "/connect/blank": lambda instance, _: _html(pages.blank(instance)),
    "/connect/framed": lambda instance, request: _html(pages.framed(instance, request.query)),
    "/connect/desktop": lambda instance, _: _html(pages.desktop(instance)),
    "/connect/speculate": lambda instance, request: _html(pages.speculate(instance, request.query)),
    **{f"{base}/login": _login for base in ("", "/connect")},
    **{f"{base}/logout": _logout for base in ("", "/connect")},
    **{f"{base}/report": _report for base in ("", "/connect")},
    **{f"{base}/nothing": _nothing for base in ("", "/connect")},
    "/favicon.ico": lambda _instance, _request: Response(204, headers=[_CACHED]),
}

# Only of hosts that are not Amazon Connect's: a company's own site, or a stranger's.
_FOREIGN_GETS: dict[str, _Page] = {
    "/blank": lambda instance, _: _html(pages.blank(instance)),
    "/framed": lambda instance, request: _html(pages.framed(instance, request.query)),
    "/embedded": lambda _, request: _html(pages.embedded(request.query)),
    "/frame-logout": lambda _, request: _html(pages.frame_logout(request.query)),
}
