"""A simulated Amazon Connect: real Streams in the page, and a server that keeps the truth."""

from .agent import Agent, AgentState, Contact
from .instance import TOKEN_MARK, Instance
from .knobs import ENGLISH, NO_OFFLINE, RENAMED, SPANISH, Knobs
from .records import Record
from .server import SimulatedConnect

__all__ = [
    "ENGLISH",
    "NO_OFFLINE",
    "RENAMED",
    "SPANISH",
    "TOKEN_MARK",
    "Agent",
    "AgentState",
    "Contact",
    "Instance",
    "Knobs",
    "Record",
    "SimulatedConnect",
]
