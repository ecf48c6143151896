"""A server that takes the CCP's requests, and refuses those of anybody else with the same token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import cookies

if TYPE_CHECKING:
    from .instance import Instance
    from .records import Record

PROOF_HEADER = "x-connect-proof"

# Runs in the worker before Streams: every request to the API carries the next proof.
_PROLOGUE = """
(function () {
  var sent = 0;
  function isApi(url) { return new URL(url, location.href).pathname === 'API'; }
  function proof() { sent += 1; return 'KEY.' + sent; }
  var toApi = new WeakSet();
  var open = XMLHttpRequest.prototype.open;
  var send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.open = function (method, url) {
    if (isApi(url)) { toApi.add(this); }
    return open.apply(this, arguments);
  };
  XMLHttpRequest.prototype.send = function () {
    if (toApi.has(this)) { this.setRequestHeader('X-Connect-Proof', proof()); }
    return send.apply(this, arguments);
  };
  var fetching = self.fetch;
  self.fetch = function (input, init) {
    var request = new Request(input, init);
    if (isApi(request.url)) { request.headers.set('X-Connect-Proof', proof()); }
    return fetching.call(self, request);
  };
})();
"""


def refuses(instance: Instance, record: Record) -> bool:
    """Whether the knob `refuse_own` is against this API request."""
    how, headers = instance.knobs.refuse_own, record.headers
    if how == "origin":
        # What guards against forged requests looks where they come from. An extension that
        # is allowed to rewrite these headers passes; one that does not is refused.
        own = headers.get("origin") == instance.origin and headers.get("sec-fetch-site") == "same-origin"
        return not own
    if how == "header":
        # Where stolen tokens are a worry, a client proves with each request that it is the one
        # they were issued to (as RFC 9449 has it), and a proof that was seen before is a copy.
        return not instance.proof_is_good(headers.get(PROOF_HEADER, ""))
    if how == "cookies":
        # A token may be bound to the session. The browser keeps the cookie apart for each site it
        # is set under, as browsers mean to do with all of a framed page's: an extension is
        # another site, and its requests lack it.
        return instance.session_user(cookies.session(headers)) is None
    return False


def answered(instance: Instance, record: Record) -> None:
    """A request was answered. One that was not, the browser itself sends once more, with the same proof."""
    proof = record.headers.get(PROOF_HEADER)
    if proof is not None:
        instance.use_proof(proof)


def prologue(instance: Instance) -> bytes:
    """What comes before the worker's script where the server wants proofs."""
    return _PROLOGUE.replace("API", f"{instance.base}/api").replace("KEY", instance.issue_proof_key()).encode()
