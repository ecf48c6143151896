"""The other CCPs of an instance."""

from core.journal import empty
from core.opening import new_life
from core.others import (
    AWAY_MS,
    ONE_MOMENT_MS,
    OPENING_MS,
    SLOW_MS,
    goes_with,
    is_at_another,
    is_beside,
    is_in_again,
    is_last,
    is_on_its_way,
    is_opening,
    is_same_agent,
    is_shown,
    is_under_another_name,
    opens_slowly,
    others_of,
    somebody_comes,
)

ACME = "https://acme.awsapps.com"
BETA = "https://beta.awsapps.com"
NOW = 100000


def a_life(ccp, phase, key=1, instance=ACME):
    """A CCP in a phase that began at 100 000 ms; with key 0 of no known agent."""
    fact = {"ccp": ccp, "instance": instance, "url": instance + "/connect/ccp#", "tab": 7, "frame": 0}
    life = new_life(fact, NOW)
    life["phase"] = phase
    life["agent"] = None if key == 0 else {"key": key}
    return life


def beside(life, other):
    """A journal with these two."""
    journal = empty()
    journal["lives"] = [life, other]
    return journal


def test_the_others():
    """Those of the same instance, without itself."""
    journal = empty()
    life = a_life("c1", "open")
    journal["lives"] = [life, a_life("c2", "gone"), a_life("c3", "open", 1, BETA)]
    assert " ".join([other["ccp"] for other in others_of(journal, life)]) == "c2"


def test_the_other_domain():
    """A CCP under the instance's other domain is another one of it, and a log-out here does not end its session."""
    life = a_life("c1", "open")
    other = a_life("c2", "open", 1, "https://acme.my.connect.aws")
    assert not is_last(beside(life, other), life, NOW)
    assert is_at_another(beside(life, other), life)
    assert is_under_another_name(beside(life, other), life)
    other["agent"] = {"key": 2}
    assert not is_under_another_name(beside(life, other), life)
    assert not is_under_another_name(beside(life, a_life("c2", "open")), life)
    assert not is_under_another_name(beside(life, a_life("c2", "gone", 1, "https://acme.my.connect.aws")), life)


def test_a_ccp_that_opens_slowly():
    """Its page is in the same tab, and connected, for a minute at most."""
    life = a_life("c1", "away")
    other = a_life("c2", "opening", 0)
    other["there"] = True
    other["opened_at"] = NOW
    assert opens_slowly(beside(life, other), life, NOW + SLOW_MS - 1)
    assert not opens_slowly(beside(life, other), life, NOW + SLOW_MS)
    other["tab"] = 8
    assert not opens_slowly(beside(life, other), life, NOW)
    other["tab"] = 7
    other["there"] = False
    assert not opens_slowly(beside(life, other), life, NOW)


def test_the_same_agent():
    """As far as both are known."""
    assert is_same_agent(a_life("c1", "open", 1), a_life("c2", "open", 1))
    assert not is_same_agent(a_life("c1", "open", 1), a_life("c2", "open", 2))
    assert not is_same_agent(a_life("c1", "open", 1), a_life("c2", "open", 0))
    assert not is_same_agent(a_life("c1", "open", 0), a_life("c2", "open", 0))


def test_who_is_at_another_one():
    """It is open, and the same agent's, at the same instance."""
    life = a_life("c1", "gone")
    assert is_at_another(beside(life, a_life("c2", "open")), life)
    for phase in ["opening", "asked", "gone", "away", "leaving"]:
        assert not is_at_another(beside(life, a_life("c2", phase)), life)
    assert not is_at_another(beside(life, a_life("c2", "open", 2)), life)
    assert not is_at_another(beside(life, a_life("c2", "open", 1, BETA)), life)


def test_who_has_signed_in_again():
    """At one that opened since they went, and is open; one that was there before is no new sitting."""
    life = a_life("c1", "leaving")
    life["gone_since"] = NOW
    other = a_life("c2", "open")
    assert is_in_again(beside(life, other), life)
    other["opened_at"] = NOW - 1
    assert not is_in_again(beside(life, other), life)
    assert not is_in_again(beside(life, a_life("c2", "opening")), life)
    assert not is_in_again(beside(life, a_life("c2", "open", 2)), life)
    assert not is_in_again(beside(life, a_life("c2", "open", 1, BETA)), life)


def test_who_may_yet_come():
    """One that opens, whoever's it is; one that is asked or away, of the same agent. Away for ten seconds."""
    life = a_life("c1", "gone")
    assert somebody_comes(beside(life, a_life("c2", "opening", 0)), life, NOW)
    assert somebody_comes(beside(life, a_life("c2", "asked")), life, NOW)
    assert not somebody_comes(beside(life, a_life("c2", "asked", 2)), life, NOW)
    away = a_life("c2", "away")
    assert somebody_comes(beside(life, away), life, NOW + AWAY_MS - 1)
    assert not somebody_comes(beside(life, away), life, NOW + AWAY_MS)
    assert not somebody_comes(beside(life, a_life("c2", "away", 2)), life, NOW)
    for phase in ["open", "gone", "leaving"]:
        assert not somebody_comes(beside(life, a_life("c2", phase)), life, NOW)
    assert not somebody_comes(beside(life, a_life("c2", "opening", 0, BETA)), life, NOW)


def test_opening_has_an_end():
    """A CCP without an agent keeps nobody reachable after ten seconds."""
    assert is_opening(a_life("c1", "opening", 0), NOW + OPENING_MS - 1)
    assert not is_opening(a_life("c1", "opening", 0), NOW + OPENING_MS)
    assert not is_opening(a_life("c1", "open"), NOW)


def test_the_last_one():
    """Alone, or beside those that have gone, or of another instance; not beside one that is open or opens."""
    life = a_life("c1", "open")
    assert is_last(beside(life, a_life("c2", "open", 1, BETA)), life, NOW)
    assert is_last(beside(life, a_life("c2", "gone")), life, NOW)
    assert is_last(beside(life, a_life("c2", "leaving")), life, NOW)
    assert not is_last(beside(life, a_life("c2", "open")), life, NOW)
    # Another agent's counts too: the page cannot know better.
    assert not is_last(beside(life, a_life("c2", "open", 2)), life, NOW)
    assert not is_last(beside(life, a_life("c2", "opening", 0)), life, NOW)
    assert is_last(beside(life, a_life("c2", "opening", 0)), life, NOW + OPENING_MS)


def test_one_that_is_none_of_ours_is_open_too():
    """Not reached, or left alone by the settings: nobody knows whose it is. Its own tab's record is no other."""
    life = a_life("c1", "open")
    journal = beside(life, a_life("c2", "gone"))
    journal["beside"] = [{"tab": life["tab"] + 1, "url": ACME + "/connect/ccp-v2", "instance": ACME}]
    assert is_beside(journal, life)
    assert not is_last(journal, life, NOW)
    journal["beside"][0]["tab"] = life["tab"]
    assert not is_beside(journal, life)
    journal["beside"][0]["tab"] = life["tab"] + 1
    # A silent one of which it is known whose it is.
    silent = a_life("c3", "asked", 2)
    silent["tab"] = life["tab"] + 1
    journal["lives"].append(silent)
    assert not is_beside(journal, life)
    silent["agent"] = None
    assert is_beside(journal, life)
    journal["beside"][0]["instance"] = BETA
    assert not is_beside(journal, life)
    assert is_last(journal, life, NOW)


def test_what_is_shown():
    """Open CCPs; without an agent only where no other page of the same tab has one, as in the workspace."""
    for phase in ["opening", "open", "asked", "gone", "away", "leaving"]:
        life = a_life("c1", phase)
        assert is_shown(beside(life, a_life("c2", "open")), life) == (phase in ["opening", "open", "asked"])
    tasks = a_life("c1", "opening", 0)
    assert not is_shown(beside(tasks, a_life("c2", "open")), tasks)
    other = a_life("c2", "open")
    other["tab"] = tasks["tab"] + 1
    assert is_shown(beside(tasks, other), tasks)
    assert is_shown(beside(tasks, a_life("c2", "opening", 0)), tasks)


def test_all_that_are_asked_in_one_moment_are_the_last():
    """The browser quits, with all its windows; one that was asked before may stay."""
    life = a_life("c1", "asked")
    other = a_life("c2", "asked")
    other["since"] = NOW - ONE_MOMENT_MS
    assert goes_with(other, life)
    assert is_last(beside(life, other), life, NOW)
    other["since"] = NOW - ONE_MOMENT_MS - 1
    assert not goes_with(life, other)
    assert not is_last(beside(life, other), life, NOW)


def test_who_is_asked_last_knows_before():
    """There is no time to tell it then: it is told when the others have been asked, and for a moment only."""
    life = a_life("c1", "open")
    other = a_life("c2", "asked")
    assert not goes_with(life, other)
    assert not goes_with(other, life)
    assert is_last(beside(life, other), life, NOW + ONE_MOMENT_MS)
    assert not is_last(beside(life, other), life, NOW + ONE_MOMENT_MS + 1)
    assert not is_last(beside(life, other), other, NOW)
    three = beside(life, other)
    three["lives"].append(a_life("c3", "open"))
    assert not is_last(three, life, NOW)


def test_one_that_reloads_is_not_gone():
    """Its tab is bound for the CCP: it is expected to be there again."""
    life = a_life("c1", "asked")
    for phase in ["asked", "gone", "away"]:
        other = a_life("c2", phase)
        other["bound"] = "ccp"
        assert not is_last(beside(life, other), life, NOW)
        other["bound"] = "elsewhere"
        assert is_last(beside(life, other), life, NOW)
    other = a_life("c2", "leaving")
    other["bound"] = "ccp"
    assert is_last(beside(life, other), life, NOW)


def test_who_is_on_the_way():
    """Gone, and not decided yet."""
    for phase in ["gone", "away", "leaving"]:
        assert is_on_its_way(a_life("c1", phase))
    for phase in ["opening", "open", "asked", "confirmed", "failed", "unconfirmed", "superseded"]:
        assert not is_on_its_way(a_life("c1", phase))
