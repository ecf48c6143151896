"""CCPs that nobody sees: how many workers ask, against how many CCPs are known."""

from core.unseen import ASKS_MS, LAST_WORDS_MS, NO_TAB, OPENING_MS, STILL_MS, hear, is_any_unseen, look, unseen

ACME = "https://acme.awsapps.com"
# How often the worker of a CCP asks at least, in ms.
ROUND_MS = 30000


def nothing():
    """An instance that nobody has heard of."""
    return unseen(ACME, "", 0)


def ask(known, tokens, documents, begin, end):
    """Workers with these tokens ask in turn, each every ``ROUND_MS``; what was to be seen meanwhile, in one text."""
    seen = ""
    last = "nothing"
    at = begin
    while at < end:
        for token in tokens:
            hear(known, token, documents, at + token)
            look(known, documents, at + token + OPENING_MS)
            if known["phase"] not in ["perhaps", last]:
                last = known["phase"]
                seen = seen + last + "."
        at += ROUND_MS
    return seen


def test_one_in_a_side_panel():
    """No CCP is known, and one asks: a first sign; if nobody has opened by then, it is there."""
    known = nothing()
    assert hear(known, 1, [], 1000)
    look(known, [], 1000 + OPENING_MS - 1)
    assert known["phase"] == "perhaps"
    assert hear(known, 1, [], 1001)
    look(known, [], 1000 + OPENING_MS)
    assert known["phase"] == "there"
    assert not hear(known, 1, [], 31000)


def test_one_that_opens():
    """It asks before it has said that it is there: that was no sign."""
    known = nothing()
    hear(known, 1, [], 1000)
    look(known, ["c1"], 1000 + OPENING_MS)
    assert known["phase"] == ""


def test_a_ccp_that_is_known():
    """It asks and asks, and with a new token when the old one has expired; there may be several with one worker."""
    known = nothing()
    assert ask(known, [1], ["c1"], 0, 300000) == "."
    assert ask(known, [2], ["c1"], 300000, 600000) == "."
    assert ask(known, [3], ["c1", "c2"], 600000, 900000) == "."


def test_a_side_panel_beside_a_tab():
    """Two ask in turn, and one is known."""
    known = nothing()
    ask(known, [1], ["c1"], 0, 60000)
    assert ask(known, [1, 2], ["c1"], 60000, 120000) == ".there."


def test_new_tokens_of_both():
    """What was proven holds while each of the workers takes up a new token."""
    known = nothing()
    ask(known, [1, 2], ["c1"], 0, 120000)
    for begin in [120000, 240000, 360000]:
        assert ask(known, [begin // 1000, begin // 1000 + 1], ["c1"], begin, begin + 120000) == "there."


def test_it_goes():
    """Nobody asks any more; or only the one that is known."""
    known = nothing()
    ask(known, [1], [], 0, 120000)
    look(known, [], 90001 + STILL_MS - 1)
    assert known["phase"] == "there"
    look(known, [], 90001 + STILL_MS)
    assert known["phase"] == ""
    known = nothing()
    ask(known, [1, 2], ["c1"], 0, 120000)
    ask(known, [1], ["c1"], 120000, 120000 + ASKS_MS + STILL_MS + 2 * ROUND_MS)
    assert known["phase"] == ""


def test_the_last_words_of_one_that_closed():
    """Its worker asks once more when nobody is known any more."""
    known = nothing()
    ask(known, [1], ["c1"], 0, 60000)
    assert not hear(known, 1, [], 60010)
    assert not hear(known, 1, [], 60010 + LAST_WORDS_MS - 1)
    look(known, [], 70000)
    assert known["phase"] == ""


def test_the_tab_beside_it_closes():
    """The one that is not seen was proven, and is there still; and it is found where it was not."""
    known = nothing()
    ask(known, [1, 2], ["c1"], 0, 120000)
    # The last proof was some time ago when the tab goes, and its own next round is not heard.
    look(known, [], 150000)
    assert not hear(known, 2, [], 152000)
    look(known, [], 152000 + STILL_MS - 1)
    assert known["phase"] == "there"
    assert ask(known, [2], [], 182000, 300000) == "there."
    known = nothing()
    ask(known, [1], ["c1"], 0, 60000)
    assert ask(known, [2], [], 60000, 180000) == ".there."


def test_a_tab_closes_and_another_opens():
    """The worker of the first is no more: its last question is no sign of one that is not seen."""
    known = nothing()
    ask(known, [1], ["c1"], 0, 60000)
    assert ask(known, [2], ["c2"], 60000, 180000) == "."
    hear(known, 3, ["c2"], 180100)
    assert not hear(known, 3, [], 190000)
    assert not hear(known, 4, ["c3"], 190000 + LAST_WORDS_MS)
    assert not hear(known, 4, ["c3"], 191000 + LAST_WORDS_MS)


def test_one_of_two_closes():
    """A tab and a company's page have a worker each: the one that is left is the one that asks."""
    known = nothing()
    assert ask(known, [1, 2], ["c1", "c2"], 0, 120000) == "."
    assert ask(known, [1], ["c1"], 100000, 240000) == "."


def test_after_a_sleep():
    """One was there before: it is there until it has been silent for long enough."""
    known = unseen(ACME, "there", 1000)
    look(known, [], 1000 + STILL_MS - 1)
    assert known["phase"] == "there"
    look(known, [], 1000 + STILL_MS)
    assert known["phase"] == ""


def test_where_it_is():
    """In no tab."""
    assert not is_any_unseen([])
    assert not is_any_unseen([{"tab": 7, "url": "", "instance": ACME}])
    assert is_any_unseen([{"tab": NO_TAB, "url": "", "instance": ACME}])
