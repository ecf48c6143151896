"""The other CCPs of an instance: only the last one to go counts, and an agent who is at another one has not gone."""

from typing import TYPE_CHECKING

from core.address import is_same_instance

if TYPE_CHECKING:
    from core.records import Journal, Life

# A CCP that has no agent after this long keeps nobody reachable.
OPENING_MS = 10000
# One that is there again in the tab of an agent with after-contact work is waited for so long.
SLOW_MS = 60000
# A tab that loads, or a frame that is put back, shows the CCP again by then.
AWAY_MS = 10000
# Who quits the browser has all CCPs asked within a moment, whatever window they are in.
ONE_MOMENT_MS = 500
# In these, a CCP whose tab is bound for a CCP is expected to be there again.
COMES_BACK = ["asked", "gone", "away"]


def others_of(journal: "Journal", life: "Life") -> "list[Life]":
    """The other CCPs of this one's instance."""
    return [
        other
        for other in journal["lives"]
        if is_same_instance(other["instance"], life["instance"]) and other["ccp"] != life["ccp"]
    ]


def is_same_agent(life: "Life", other: "Life") -> bool:
    """Whether two CCPs have the same agent, as far as both are known."""
    one = life["agent"]
    two = other["agent"]
    return one is not None and two is not None and one["key"] == two["key"]


def is_at_another(journal: "Journal", life: "Life") -> bool:
    """Whether the agent of a CCP is at another one, which is open: not where our dialog still waits for an answer."""
    for other in others_of(journal, life):
        is_held = other["dialog"] == "confirmed" or other["dialog"] == "failed"
        if other["phase"] == "open" and not is_held and is_same_agent(life, other):
            return True
    return False


def is_under_another_name(journal: "Journal", life: "Life") -> bool:
    """Whether the agent is at an open CCP of the instance's other domain, whose session a log-out here does not end."""
    for other in others_of(journal, life):
        if other["instance"] != life["instance"] and other["phase"] == "open" and is_same_agent(life, other):
            return True
    return False


def is_beside(journal: "Journal", life: "Life") -> bool:
    """Whether a CCP of the instance is open that is none of ours: nobody knows whose, perhaps this agent's.

    Not one that is silent, and whose agent was known before: that has a record, which says whose it is.
    """
    known = [other["tab"] for other in journal["lives"] if other["agent"] is not None]
    for other in journal["beside"]:
        is_here = is_same_instance(other["instance"], life["instance"])
        if is_here and other["tab"] != life["tab"] and other["tab"] not in known:
            return True
    return False


def is_in_again(journal: "Journal", life: "Life") -> bool:
    """Whether the agent of a CCP, who signed out in it, has signed in again since, at another one."""
    for other in others_of(journal, life):
        if other["phase"] == "open" and is_same_agent(life, other) and other["opened_at"] >= life["gone_since"]:
            return True
    return False


def somebody_comes(journal: "Journal", life: "Life", now: float) -> bool:
    """Whether another CCP may yet turn out to have the agent of this one: it is opening, may go, or may come back."""
    for other in others_of(journal, life):
        if is_opening(other, now):
            return True
        is_here = other["there"] or now < other["since"] + AWAY_MS
        if other["phase"] == "asked" and is_here and is_same_agent(life, other):
            return True
        if other["phase"] == "away" and now < other["since"] + AWAY_MS and is_same_agent(life, other):
            return True
    return False


def is_opening(life: "Life", now: float) -> bool:
    """Whether the agent of a CCP is not known yet, and may be soon."""
    return life["phase"] == "opening" and now < life["opened_at"] + OPENING_MS


def opens_slowly(journal: "Journal", life: "Life", now: float) -> bool:
    """Whether a CCP is in the tab of one that is gone, its page there, and does not know its agent yet."""
    for other in others_of(journal, life):
        is_connected = other["phase"] == "opening" and other["there"]
        if is_connected and other["tab"] == life["tab"] and now < other["opened_at"] + SLOW_MS:
            return True
    return False


def is_last(journal: "Journal", life: "Life", now: float) -> bool:
    """Whether a CCP, if it went now, would be its instance's last: what its page is told.

    All that are asked in one moment go together, as when the browser quits. What goes last is asked last: then there
    is no time to tell it, so each that is not asked yet is told what would be if it were asked now.
    """
    if is_beside(journal, life):
        return False
    for other in others_of(journal, life):
        if other["phase"] == "open" or is_opening(other, now):
            return False
        if other["phase"] == "asked" and not goes_with(other, life) and not _was_just_asked(other, life, now):
            return False
        if other["bound"] == "ccp" and other["phase"] in COMES_BACK:
            return False
    return True


def _was_just_asked(other: "Life", life: "Life", now: float) -> bool:
    """Whether another CCP was asked so short a time ago that it would go with this one, which is not asked yet."""
    return life["phase"] != "asked" and not other["slept"] and now <= other["since"] + ONE_MOMENT_MS


def goes_with(life: "Life", other: "Life") -> bool:
    """Whether two CCPs were asked in one moment whether they may go."""
    if life["phase"] != "asked" or other["phase"] != "asked":
        return False
    if life["slept"] or other["slept"]:
        # When one was asked before we slept, nobody knows any more.
        return False
    return abs(life["since"] - other["since"]) <= ONE_MOMENT_MS


def is_shown(journal: "Journal", life: "Life") -> bool:
    """Whether a CCP is shown as open: not a page of the agent workspace without an agent, beside the CCP itself."""
    if life["phase"] not in ["opening", "open", "asked"]:
        return False
    if life["agent"] is not None:
        return True
    return len([other for other in journal["lives"] if other["tab"] == life["tab"] and other["agent"] is not None]) == 0


def is_blind(journal: "Journal", life: "Life") -> bool:
    """Whether a CCP is shown as open, and no agent is to be found in it: it is not protected."""
    if life["there"] and life["status"] in ["no_streams", "streams_error"]:
        return is_shown(journal, life)
    return False


def is_on_its_way(life: "Life") -> bool:
    """Whether a CCP is gone, and it is not known yet what became of its agent's state."""
    return life["phase"] in ["gone", "away", "leaving"]
