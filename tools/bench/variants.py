"""What watches over the agent: nothing, the snippet of AWS's guide, or this extension."""

from __future__ import annotations

from dataclasses import dataclass

# The last listener tells what all took since the event was made. (A first listener would be none: at the window,
# `beforeunload` reaches listeners in the order they were added, capturing or not, and the extension's is the first.)
# The time is taken before storage, which takes time of its own.
_TIME_AFTER = """
addEventListener('beforeunload', (event) => {
  const spent = performance.now() - event.timeStamp;
  localStorage.setItem('spent', String(spent));
});
"""
# As the guide has it. The page calls `initSharedWorker` while it is parsed, so Streams is ready thereafter.
_SNIPPET = """
let agent;
addEventListener('DOMContentLoaded', () => { connect.agent((a) => { agent = a; }); });
addEventListener('beforeunload', () => {
  const offline = agent.getAgentStates().find((state) => state.name === 'Offline');
  agent.setState(offline, {success() {}, failure() {}});
});
"""


@dataclass(frozen=True)
class Variant:
    """One way to watch over the agent.

    `seconds_to_wait` is how long after the page is gone something may still come of it; the extension says
    itself when it is done.
    """

    name: str
    about: str
    extension: bool
    snippet: bool
    seconds_to_wait: float
    sends_nothing: bool = False

    @property
    def page_script(self) -> str:
        """What the CCP's page runs beside its own scripts; in a function, so that it leaves no global."""
        return f"(() => {{ {_SNIPPET if self.snippet else ''}{_TIME_AFTER} }})();"


VARIANTS = {
    each.name: each
    for each in (
        Variant("none", "the CCP alone", extension=False, snippet=False, seconds_to_wait=1.0, sends_nothing=True),
        Variant(
            "snippet", "the snippet of AWS's guide in the page", extension=False, snippet=True, seconds_to_wait=1.5
        ),
        Variant("guard", "CCP Offline Guard, default settings", extension=True, snippet=False, seconds_to_wait=0.0),
    )
}
