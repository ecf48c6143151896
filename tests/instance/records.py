"""What the server saw, request by request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class Record:
    """One request: made when it was received, completed when it was answered.

    `username` is whose the token is, "" without one of ours. `status` and `answered_at`
    stay None while nothing was answered, and for ever when the connection was dropped
    or the other side went away first.
    """

    at: float
    method: str
    path: str
    target: str
    body: dict[str, Any] | None
    headers: dict[str, str]
    token: str | None = None
    username: str = ""
    status: int | None = None
    answered_at: float | None = None

    @property
    def state_name(self) -> str | None:
        """The state a `PutAgentState` asks for."""
        state = (self.body or {}).get("state")
        return state.get("name") if isinstance(state, dict) else None

    def __str__(self) -> str:
        """One line for a failure message."""
        what = self.target or self.path
        if self.target == "PutAgentState" and self.body is not None:
            what += f" {self.state_name!r}"
            if self.body.get("enqueueNextState"):
                what += " enqueued"
        answer = "no answer" if self.status is None else str(self.status)
        return f"{self.at:.3f} {self.method} {what} -> {answer}"
