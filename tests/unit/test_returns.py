"""When an agent who is back has the state from before again."""

from core.delivery import ANSWER_MS, add_put
from core.journal import empty, open_failures, resolve_choice
from core.opening import new_life
from core.policy import defaults
from core.returns import IN_DOUBT_MS, RETURN_MS, is_to_be_restored, left_behind, not_restored, restore
from core.turn import Turn

ACME = "https://acme.awsapps.com"
NOW = 100000


def agent(state, kind, contacts=""):
    """An agent in a state."""
    return {
        "name": state,
        "state_type": kind,
        "since": 5000,
        "chosen_name": "Available",
        "chosen_arn": "arn:available",
        "chosen_type": "routable",
        "target_name": "Offline",
        "target_arn": "arn:offline",
        "target_type": "offline",
        "contacts": contacts,
        "live": contacts != "",
        "key": 1,
    }


def a_life(ccp, phase, of):
    """A CCP with this agent."""
    life = new_life({"ccp": ccp, "instance": ACME, "url": ACME + "/connect/ccp#", "tab": 7, "frame": 0}, NOW)
    life["phase"] = phase
    life["agent"] = of
    return life


def left(contacts=""):
    """A departure at 100 000 ms that the server has confirmed."""
    past = a_life("c1", "confirmed", agent("Available", "routable", contacts))
    past["gone_since"] = NOW
    past["way"] = "closed"
    put = add_put(past, "own", True, NOW)
    put["ended_at"] = NOW + 20
    put["status"] = 200
    return past


def back():
    """A CCP that is open now, its agent Offline."""
    return a_life("c2", "open", agent("Offline", "offline"))


def found(past, life, now):
    """Whether this departure is taken back by that CCP."""
    journal = empty()
    journal["past"].append(past)
    return left_behind(journal, life, now) is not None


def test_the_same_tab_within_a_minute():
    """Another tab, another instance, another agent, or after a minute: the agent has gone."""
    assert found(left(), back(), NOW + RETURN_MS - 1)
    assert not found(left(), back(), NOW + RETURN_MS)
    for part in [["tab", 8], ["instance", "https://beta.awsapps.com"], ["agent", None]]:
        life = back()
        life[part[0]] = part[1]
        assert not found(left(), life, NOW)
    life = back()
    life["agent"]["key"] = 2
    assert not found(left(), life, NOW)


def test_the_dialog_offers_it_for_longer():
    """While it says that the agent is Offline, they may take that back."""
    life = back()
    life["dialog"] = "confirmed"
    assert found(left(), life, NOW + 600000)


def test_the_newest_departure_counts():
    """That is where the agent came from."""
    journal = empty()
    first = left()
    second = left()
    second["ccp"] = "c5"
    journal["past"] = [first, second]
    assert left_behind(journal, back(), NOW)["ccp"] == "c5"


def test_what_was_void_is_taken_back_in_any_tab():
    """The agent was at another CCP all the while; under the instance's other domain, too."""
    past = left()
    past["phase"] = "superseded"
    past["tab"] = 9
    assert found(past, back(), NOW)
    past["instance"] = "https://acme.my.connect.aws"
    assert found(past, back(), NOW)
    # A later departure, which ended, counts instead.
    journal = empty()
    later = left()
    later["tab"] = 9
    journal["past"] = [past, later]
    assert left_behind(journal, back(), NOW) is None
    journal["past"] = [later, past]
    assert left_behind(journal, back(), NOW) is past
    past["instance"] = "https://beta.awsapps.com"
    assert not found(past, back(), NOW)


def test_nobody_is_made_available_who_was_not():
    """Not who signed out, not who was in an error state, not who had chosen nothing."""
    past = left()
    past["way"] = "signed_out"
    assert not found(past, back(), NOW)
    past = left()
    past["agent"]["state_type"] = "error"
    assert not found(past, back(), NOW)
    past = left()
    past["agent"]["chosen_name"] = ""
    assert not found(past, back(), NOW)


def test_what_the_agent_had_chosen_is_not_our_doing():
    """They asked for Offline themselves, before the CCP went: that is left as it is."""
    past = left()
    past["puts"][0]["own"] = False
    past["puts"][0]["at"] = NOW - 500
    assert not found(past, back(), NOW)
    # What is asked for as it goes is ours.
    past["puts"][0]["at"] = NOW
    assert found(past, back(), NOW)


def test_only_what_took_effect_is_taken_back():
    """The agent is Offline, as the departure asked; and something asked for it."""
    assert is_to_be_restored(left(), back(), NOW)
    working = a_life("c2", "open", agent("Available", "routable"))
    assert not is_to_be_restored(left(), working, NOW)
    past = left()
    past["puts"][0]["status"] = 500
    assert not is_to_be_restored(past, back(), NOW)
    past["puts"] = []
    assert not is_to_be_restored(past, back(), NOW)


def test_on_a_contact_the_next_state_is_not_seen():
    """It is taken to be set if the contact is the one from before."""
    life = a_life("c2", "open", agent("Busy", "system", "k1"))
    assert is_to_be_restored(left("k1"), life, NOW)
    assert not is_to_be_restored(left("k2"), life, NOW)
    assert not is_to_be_restored(left(), life, NOW)


def test_what_shows_late_is_somebody_s_own_wish():
    """Five seconds after the agent was known, whatever was on its way has arrived; or after its answer."""
    here = back()
    here["since"] = NOW + 20
    assert is_to_be_restored(left(), here, here["since"] + IN_DOUBT_MS)
    assert not is_to_be_restored(left(), here, here["since"] + IN_DOUBT_MS + 1)
    slow = left()
    slow["puts"][0]["ended_at"] = NOW + 6000
    assert is_to_be_restored(slow, here, NOW + 6000 + IN_DOUBT_MS)
    assert not is_to_be_restored(slow, here, NOW + 6000 + IN_DOUBT_MS + 1)
    slow["puts"][0]["ended_at"] = 0
    assert is_to_be_restored(slow, here, NOW + ANSWER_MS + IN_DOUBT_MS)
    assert not is_to_be_restored(slow, here, NOW + ANSWER_MS + IN_DOUBT_MS + 1)


def turn_of(past, policy):
    """A turn in which this departure is remembered."""
    journal = empty()
    other = left()
    other["tab"] = 9
    journal["past"] = [other, past]
    return Turn(journal, NOW, NOW, policy)


def test_what_could_not_be_taken_back_is_told():
    """Somebody works and is Offline: a failure of its own, until they choose a state themselves."""
    turn = turn_of(left(), defaults())
    life = back()
    turn.journal["lives"].append(life)
    not_restored(turn, life, "InvalidStateException")
    failure = open_failures(turn.journal)[0]
    assert failure["id"] == "c2-1"
    assert failure["phase"] == "failed"
    assert failure["reason"] == "not_restored"
    assert failure["detail"] == "InvalidStateException"
    assert failure["at"] == NOW
    assert turn.decisions[0]["do"] == "tell"
    assert turn.decisions[0]["life"]["id"] == "c2-1"
    assert life["phase"] == "open"
    assert life["departures"] == 1
    assert resolve_choice(turn.journal, life, NOW + 5)
    assert not resolve_choice(turn.journal, life, NOW + 5)
    assert failure["resolved"] == "returned"


def test_it_is_taken_back_once():
    """By the state's ARN and name; and the departure is over then."""
    turn = turn_of(left(), defaults())
    restore(turn, back())
    assert len(turn.decisions) == 1
    assert turn.decisions[0]["do"] == "page"
    assert turn.decisions[0]["ccp"] == "c2"
    assert turn.decisions[0]["command"]["type"] == "restore"
    assert turn.decisions[0]["command"]["arn"] == "arn:available"
    assert turn.decisions[0]["command"]["name"] == "Available"
    assert len(turn.journal["past"]) == 1
    assert turn.journal["past"][0]["tab"] == 9


def test_what_is_in_doubt_is_kept():
    """It may take effect in a moment."""
    turn = turn_of(left(), defaults())
    restore(turn, a_life("c2", "open", agent("Available", "routable")))
    assert len(turn.decisions) == 0
    assert len(turn.journal["past"]) == 2


def test_where_a_reload_counts_nothing_is_taken_back():
    """The policy wants it so."""
    policy = defaults()
    policy["on_reload"] = "offline"
    turn = turn_of(left(), policy)
    restore(turn, back())
    assert len(turn.decisions) == 0
