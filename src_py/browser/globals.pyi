"""Types of the browser's globals that we use. For the type checker; the browser has the real ones."""

from collections.abc import Callable
from typing import Any, Protocol

class _Object(Protocol):
    def create(self, prototype: None) -> Any: ...
    def keys(self, record: Any) -> list[str]: ...
    def assign(self, record: Any, more: Any) -> Any: ...
    def hasOwn(self, record: Any, key: str) -> bool: ...

class _Reflect(Protocol):
    def apply(self, function: Any, this: Any, arguments: list[Any]) -> Any: ...

class _Json(Protocol):
    def stringify(self, value: Any, only: None = None, indent: int = 0) -> str: ...
    def parse(self, text: str) -> Any: ...

class _Date(Protocol):
    def now(self) -> float: ...
    def __call__(self, at: float) -> Any: ...

class _Crypto(Protocol):
    def randomUUID(self) -> str: ...

AbortSignal: Any
CustomEvent: Any
CSSStyleSheet: Any
Event: Any
TextDecoder: Any
Intl: Any
Promise: Any
Blob: Any
URL: Any
JSON: _Json
Date: _Date
Object: _Object
Reflect: _Reflect
crypto: _Crypto
document: Any
window: Any
console: Any
chrome: Any
navigator: Any
performance: Any
self: Any

def setTimeout(action: Callable[[], object], delay_ms: float) -> int: ...
def fetch(address: str, request: Any) -> Any: ...
def __new__(made: Any) -> Any: ...
