"""HTTP/1.1 and WebSocket frames over one TLS connection, as little as is needed."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import select
import socket
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl

MAX_LINE = 64 * 1024
MAX_BODY = 4 * 1024 * 1024


@dataclass
class Request:
    """One HTTP request; header names are lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    content: bytes

    def json(self) -> dict[str, Any] | None:
        """The body as a JSON object, if it is one."""
        try:
            parsed = json.loads(self.content)
        except ValueError:
            return None
        return parsed if isinstance(parsed, dict) else None


@dataclass
class Response:
    """One HTTP answer."""

    status: int = 200
    content: bytes = b""
    kind: str = "text/html; charset=utf-8"
    headers: list[tuple[str, str]] = field(default_factory=list)

    def encode(self, close: bool) -> bytes:
        """Head and body in one piece, so that they leave in one packet."""
        lines = [
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}",
            f"Content-Type: {self.kind}",
            f"Content-Length: {len(self.content)}",
            *(f"{name}: {value}" for name, value in self.headers),
        ]
        if close:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self.content


def json_response(value: object, status: int = 200, kind: str = "application/x-amz-json-1.0") -> Response:
    """An answer of the API."""
    content = json.dumps(value).encode()
    return Response(status, content, kind, [("Cache-Control", "no-store")])


class Connection:
    """One TLS connection of a browser. Only its own thread reads and writes."""

    def __init__(self, raw: ssl.SSLSocket) -> None:
        self._socket = raw
        self._reader = raw.makefile("rb")
        self.idle = True

    def read_request(self) -> Request | None:
        """The next request, or None when the other side is done or talks nonsense."""
        line = self._reader.readline(MAX_LINE)
        parts = line.decode("latin-1").split()
        if len(parts) != 3:
            return None
        self.idle = False
        headers: dict[str, str] = {}
        while True:
            line = self._reader.readline(MAX_LINE)
            if line in (b"\r\n", b"\n"):
                break
            if not line:
                return None
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        length = int(headers.get("content-length", "0"))
        if not 0 <= length <= MAX_BODY:
            return None
        content = self._reader.read(length) if length else b""
        if len(content) < length:
            return None
        path, _, query = parts[1].partition("?")
        return Request(parts[0], path, query, headers, content)

    def send(self, data: bytes) -> None:
        """Write all of `data`."""
        self._socket.sendall(data)

    def wait_for_data(self, seconds: float) -> bool:
        """Whether something arrives in that time."""
        return self._readable(int(seconds * 1000))

    def gone(self) -> bool:
        """Whether the other side closed while we were busy with its request.

        A browser sends nothing before it has its answer, so any readable byte is
        the end of the connection.
        """
        return self._readable(0)

    def cut(self) -> None:
        """End the connection at once; safe from any thread."""
        # The plain socket's own method: the TLS one would pull the TLS state from
        # under the thread that is reading.
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Free everything; only from the connection's own thread."""
        self.cut()
        for closing in (self._reader.close, self._socket.close):
            with contextlib.suppress(OSError, ValueError):
                closing()

    def _readable(self, milliseconds: int) -> bool:
        if self._socket.fileno() < 0:
            return True
        if self._socket.pending():
            return True
        poll = select.poll()
        poll.register(self._socket.fileno(), select.POLLIN)
        return bool(poll.poll(milliseconds))

    # WebSocket

    def accept_websocket(self, request: Request) -> None:
        """Answer the upgrade; frames follow."""
        key = request.headers.get("sec-websocket-key", "")
        digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode(), usedforsecurity=False).digest()
        self.send(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
        )

    def serve_websocket(self) -> None:
        """Keep the socket open and answer the worker's topics until it closes."""
        while True:
            head = self._reader.read(2)
            if len(head) < 2:
                return
            opcode = head[0] & 0x0F
            length = head[1] & 0x7F
            if length == 126:
                length = int.from_bytes(self._reader.read(2), "big")
            elif length == 127:
                length = int.from_bytes(self._reader.read(8), "big")
            if length > MAX_BODY:
                return
            mask = self._reader.read(4) if head[1] & 0x80 else bytes(4)
            payload = bytes(b ^ mask[i % 4] for i, b in enumerate(self._reader.read(length)))
            if opcode == 0x8:
                self.send(_frame(0x8, payload[:2]))
                return
            if opcode == 0x9:
                self.send(_frame(0xA, payload))
            elif opcode == 0x1:
                answer = _topic_answer(payload)
                if answer is not None:
                    self.send(_frame(0x1, json.dumps(answer).encode()))


def _frame(opcode: int, payload: bytes) -> bytes:
    head = bytes([0x80 | opcode])
    if len(payload) < 126:
        return head + bytes([len(payload)]) + payload
    return head + bytes([126]) + len(payload).to_bytes(2, "big") + payload[:65535]


def _topic_answer(payload: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(payload)
    except ValueError:
        return None
    if not isinstance(message, dict):
        return None
    topic = message.get("topic")
    if topic == "aws/heartbeat":
        # Without it the worker opens a new socket every ten seconds.
        return {"topic": topic, "statusCode": 200, "statusContent": "OK"}
    if topic in ("aws/subscribe", "aws/unsubscribe"):
        topics = (message.get("content") or {}).get("topics", [])
        return {"topic": topic, "content": {"status": "success", "topics": topics}}
    return None
