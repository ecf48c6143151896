"""The life of a CCP: each fact, and what follows from it."""

from core.journal import MAX_LIVES, empty, open_failures
from core.life import step
from core.opening import find_life
from core.policy import defaults

ACME = "https://acme.awsapps.com"
BETA = "https://beta.awsapps.com"
TYPES = {
    "Available": "routable",
    "Lunch": "not_routable",
    "Offline": "offline",
    "End of shift": "not_routable",
}
# The wall's clock is another than the run's.
WALL = 1700000000000


class Story:
    """What happens at one desk: facts, one after another, and what was decided at the last."""

    def __init__(self) -> None:
        self.journal = empty()
        self.policy = defaults()
        self.now = 100000
        self.told = step(self.journal, {"type": "tick"}, self.now, WALL + self.now, self.policy)
        self.target = "Offline"

    def tell(self, fact):
        """Tell one fact; what was decided, in words."""
        self.told = step(self.journal, fact, self.now, WALL + self.now, self.policy)
        return " ".join([decision["do"] for decision in self.told])

    def of(self, kind, ccp):
        """Tell a fact about one CCP that says nothing more."""
        return self.tell({"type": kind, "ccp": ccp})

    def opens(self, ccp, tab=7, frame=0, instance=ACME):
        """A document says hello."""
        url = instance + "/connect/ccp#"
        fact = {"type": "opened", "ccp": ccp, "instance": instance, "url": url, "tab": tab, "frame": frame}
        return self.tell(fact)

    def knows(self, ccp, state="Available", key=1, contacts=""):
        """A CCP tells of its agent."""
        agent = {
            "name": state,
            "state_type": TYPES[state],
            "since": 5000,
            "chosen_name": state,
            "chosen_arn": "arn:" + state,
            "chosen_type": TYPES[state],
            "target_name": self.target,
            "target_arn": "arn:" + self.target,
            "target_type": TYPES[self.target],
            "contacts": contacts,
            "live": contacts != "",
            "key": key,
        }
        return self.tell({"type": "agent", "ccp": ccp, "agent": agent})

    def works(self, ccp, tab=7, frame=0, instance=ACME):
        """A CCP is open, its agent Available."""
        self.opens(ccp, tab, frame, instance)
        return self.knows(ccp)

    def asks(self, ccp, held=False):
        """A page is asked whether it may go."""
        return self.tell({"type": "asked", "ccp": ccp, "held": held})

    def stays(self, ccp, shows="here"):
        """A page that was asked is there still."""
        return self.tell({"type": "stays", "ccp": ccp, "shows": shows})

    def hides(self, ccp, sent=False, trouble=""):
        """A page goes."""
        return self.tell({"type": "hidden", "ccp": ccp, "sent": sent, "trouble": trouble})

    def shows(self, ccp, what):
        """A CCP's tab was looked at."""
        return self.tell({"type": "tab", "ccp": ccp, "shows": what})

    def puts(self, request, state):
        """A CCP of the instance asks for a state."""
        body = {"name": state, "type": TYPES[state], "arn": "arn:" + state}
        return self.tell({"type": "put", "instance": ACME, "request": request, "body": body, "key": 1})

    def answers(self, request, status=200, error=""):
        """The server answers a CCP; or the browser says why not."""
        return self.tell({"type": "put_ended", "request": request, "status": status, "error": error})

    def request(self):
        """The try that was decided at the last fact."""
        for decision in self.told:
            if decision["do"] == "deliver":
                return decision["request"]
        return ""

    def tried(self, ccp, request, status=200, error="", renewed=False):
        """A try of ours is over."""
        fact = {"type": "tried", "ccp": ccp, "request": request, "status": status, "error": error, "code": ""}
        fact["renewed"] = renewed
        return self.tell(fact)

    def later(self, ms):
        """Time passes."""
        self.now = self.now + ms
        return self.tell({"type": "tick"})

    def life(self, ccp):
        """The record of a CCP."""
        return find_life(self.journal, ccp)

    def phase(self, ccp):
        """The phase of a CCP; "" if there is none."""
        life = find_life(self.journal, ccp)
        if life is None:
            return ""
        return life["phase"]


def at_work():
    """An agent who is Available at one CCP."""
    story = Story()
    story.works("c1")
    return story


def leaving():
    """The tab of an agent's only CCP is closed, and the background delivers."""
    story = at_work()
    story.hides("c1")
    story.of("closed", "c1")
    story.shows("c1", "gone")
    return story


# Opening.


def test_a_ccp_opens():
    """A hello makes a record that waits for its agent, and nothing is to be done."""
    story = Story()
    assert story.opens("c1") == ""
    life = story.life("c1")
    assert story.phase("c1") == "opening"
    assert life["there"]
    assert life["opened_at"] == 100000
    assert life["tab"] == 7
    assert life["url"] == ACME + "/connect/ccp#"
    assert life["status"] == "waiting"
    assert life["agent"] is None
    for part in ["choosing", "way", "bound", "trouble", "said", "dialog", "reason", "detail", "resolved"]:
        assert life[part] == ""
    for part in ["at", "gone_since", "departures", "settled_at", "resolved_at"]:
        assert life[part] == 0


def test_it_is_open_from_the_moment_the_agent_is_known():
    """The first news of the agent opens it."""
    story = Story()
    story.opens("c1")
    story.now = 100500
    assert story.knows("c1") == ""
    assert story.phase("c1") == "open"
    assert story.life("c1")["since"] == 100500
    assert story.life("c1")["agent"]["name"] == "Available"


def test_what_it_found_is_kept():
    """What the page hook found, and what Streams told, stand in the record."""
    story = at_work()
    story.tell({"type": "status", "ccp": "c1", "status": "no_streams"})
    story.tell({"type": "said", "ccp": "c1", "result": "failure", "code": "SomeException"})
    assert story.life("c1")["status"] == "no_streams"
    assert story.life("c1")["said"] == "SomeException"


def test_a_fact_of_an_unknown_ccp_is_nothing():
    """What is told of a CCP that has been forgotten changes nothing."""
    story = at_work()
    for kind in ["closed", "forget", "try_again", "leave_anyway", "keep_working"]:
        assert story.of(kind, "c9") == ""
    assert story.knows("c9") == ""
    assert story.hides("c9") == ""
    assert story.tried("c9", "none") == ""
    assert len(story.journal["lives"]) == 1
    assert story.phase("c1") == "open"


def test_a_new_document_takes_the_place_of_the_old_one():
    """Whoever says so first: the old one is away, and the new one, with the same agent, is its return."""
    story = at_work()
    story.opens("c2")
    assert story.phase("c1") == "away"
    assert not story.life("c1")["there"]
    assert story.knows("c2") == ""
    assert story.phase("c1") == ""
    assert story.phase("c2") == "open"
    assert len(open_failures(story.journal)) == 0


def test_another_frame_is_another_place():
    """Neither a frame of the same tab nor another tab replaces a CCP."""
    story = at_work()
    story.opens("c2", 7, 3)
    story.opens("c3", 8, 0)
    assert story.phase("c1") == "open"


def test_an_opening_one_that_is_replaced_is_forgotten():
    """Nothing is known of an agent there."""
    story = Story()
    story.opens("c1")
    story.opens("c2")
    assert story.phase("c1") == ""
    assert story.phase("c2") == "opening"


def test_one_that_is_replaced_while_it_is_delivered_goes_on():
    """It is not there any more, and the new one may still turn out to be another agent's."""
    story = leaving()
    story.life("c1")["there"] = True
    story.opens("c2")
    assert story.phase("c1") == "leaving"
    assert not story.life("c1")["there"]
    assert story.life("c1")["bound"] == "ccp"


def test_hello_again_after_sleep():
    """The page is there still, and connected again, perhaps in a tab and frame of another number."""
    story = at_work()
    story.puts("r1", "Offline")
    story.tell({"type": "woke"})
    assert not story.life("c1")["there"]
    story.opens("c1", 9, 4)
    assert story.life("c1")["there"]
    assert story.life("c1")["tab"] == 9
    assert story.life("c1")["frame"] == 4
    assert story.life("c1")["puts"][0]["request"] == "r1"
    assert story.phase("c1") == "open"
    assert len(story.journal["lives"]) == 1
    assert len(story.journal["past"]) == 0


def test_a_page_that_the_browser_kept_is_back():
    """It is open again; what it had sent meanwhile is remembered, to be taken back."""
    story = at_work()
    story.hides("c1", True)
    story.puts("r1", "Offline")
    story.opens("c1")
    life = story.life("c1")
    assert life["phase"] == "open"
    assert life["way"] == ""
    assert not life["sent"]
    assert len(life["puts"]) == 0
    past = story.journal["past"][0]
    assert past["puts"][0]["request"] == "r1"
    assert past["sent"]
    assert past["gone_since"] == 100000
    assert past["agent"]["name"] == "Available"


def test_a_page_that_is_back_and_sent_nothing_leaves_nothing():
    """A return before anything was sent; of one that is away, too."""
    for what in ["here", "ccp"]:
        story = at_work()
        story.hides("c1")
        story.shows("c1", what)
        story.now = 103000
        story.opens("c1")
        assert story.phase("c1") == "open"
        assert story.life("c1")["since"] == 103000
        assert story.life("c1")["bound"] == ""
        assert len(story.journal["past"]) == 0


def test_a_page_that_is_back_while_it_is_delivered():
    """The departure is void; not one by signing out."""
    story = leaving()
    assert story.opens("c1") == ""
    assert story.phase("c1") == "open"
    assert story.journal["past"][0]["phase"] == "superseded"
    assert len(open_failures(story.journal)) == 0
    story = at_work()
    story.tell({"type": "signs_out", "instance": ACME})
    story.opens("c1")
    assert story.phase("c1") == "leaving"


def test_a_dialog_that_shows_the_tries_outlasts_a_hello():
    """The agent has stayed, and sees them."""
    story = at_work()
    story.of("try_again", "c1")
    story.opens("c1")
    assert story.phase("c1") == "leaving"
    assert story.life("c1")["dialog"] == "tries"


def test_there_is_a_bound():
    """Frames that come and go push out the oldest without an agent, never one with."""
    story = at_work()
    for number in range(MAX_LIVES + 3):
        story.opens("f" + str(number), 7, number + 1)
    assert len(story.journal["lives"]) == MAX_LIVES
    assert story.phase("c1") == "open"
    assert story.phase("f0") == ""
    assert story.phase("f" + str(MAX_LIVES + 2)) == "opening"
    story = Story()
    for number in range(MAX_LIVES):
        story.works("c" + str(number), 7, number)
    story.opens("new", 8)
    assert story.phase("c0") == "open"
    # There is no room for it, and nobody waits for it.
    assert len(story.journal["lives"]) == MAX_LIVES
    assert story.phase("new") == ""


# The agent.


def test_another_agent_in_the_same_page():
    """The first one has signed out there: their departure is delivered, as theirs."""
    story = at_work()
    assert story.knows("c1", "Available", 2) == "deliver"
    assert story.told[0]["life"]["agent"]["key"] == 1
    assert story.told[0]["life"]["way"] == "signed_out"
    assert story.told[0]["ccp"] != "c1"
    assert story.phase("c1") == "open"
    assert story.life("c1")["agent"]["key"] == 2


def test_one_agent_after_another_in_the_same_page():
    """Each departure has a name of its own."""
    story = at_work()
    story.knows("c1", "Available", 2)
    first = story.told[0]
    story.knows("c1", "Available", 3)
    second = story.told[0]
    assert first["ccp"] != second["ccp"]
    assert first["request"] != second["request"]


def test_what_the_first_one_had_asked_for_is_theirs():
    """Their Offline is on its way when the second one shows: taken, it confirms that the first one is."""
    story = at_work()
    story.puts("r1", "Offline")
    story.knows("c1", "Available", 2)
    assert story.answers("r1") == "withdraw"
    assert len(story.journal["confirmed"]) == 1
    assert story.phase("c1") == "open"


def test_another_agent_after_one_who_was_offline():
    """Nothing is left to be done for the first one."""
    story = Story()
    story.opens("c1")
    story.knows("c1", "Offline", 1)
    assert story.knows("c1", "Available", 2) == ""
    assert len(story.journal["lives"]) == 1


def test_another_agent_has_nothing_of_the_first_one_s():
    """What the first one had asked for is no proof for the second."""
    story = at_work()
    story.puts("r1", "Offline")
    story.knows("c1", "Lunch", 2)
    assert len(story.life("c1")["puts"]) == 0
    story = Story()
    story.opens("c1")
    story.knows("c1", "Offline", 1)
    story.puts("r1", "Available")
    story.knows("c1", "Offline", 2)
    assert story.life("c1")["choosing"] == ""


def test_the_state_that_shows_ends_the_choosing():
    """What was asked for is shown; Offline, from before, is not it."""
    story = Story()
    story.opens("c1")
    story.knows("c1", "Offline")
    story.puts("r1", "Available")
    story.knows("c1", "Offline")
    assert story.life("c1")["choosing"] == "r1"
    story.knows("c1", "Available")
    assert story.life("c1")["choosing"] == ""


def test_so_it_is_where_the_settings_name_a_state():
    """The named state, from before, is not what was asked for either."""
    story = Story()
    story.target = "End of shift"
    story.opens("c1")
    story.knows("c1", "End of shift")
    story.puts("r1", "Available")
    story.knows("c1", "End of shift")
    assert story.life("c1")["choosing"] == "r1"
    story.hides("c1")
    assert story.phase("c1") == "gone"


def test_a_state_that_shows_later_takes_the_proof_away():
    """Offline was set, and then another state: the answer from before proves nothing."""
    story = at_work()
    story.puts("r1", "Offline")
    story.answers("r1")
    story.knows("c1", "Available")
    assert len(story.life("c1")["puts"]) == 0
    story.puts("r2", "Offline")
    story.knows("c1", "Available")
    assert len(story.life("c1")["puts"]) == 1


def test_an_earlier_question_is_over():
    """It was held, and we slept over the answer; asked again without a hold, who stays is asked nothing."""
    story = at_work()
    story.asks("c1", True)
    assert story.life("c1")["dialog"] == "asking"
    story.tell({"type": "woke"})
    story.opens("c1")
    story.asks("c1")
    assert story.life("c1")["dialog"] == ""
    assert story.stays("c1") == "page"


def test_a_page_that_knew_better_is_followed_to_its_end():
    """It showed Offline, and the agent had chosen to work: its own request, which was cut, is not the last word."""
    story = Story()
    story.opens("c1")
    story.knows("c1", "Offline")
    story.puts("r1", "Available")
    story.asks("c1")
    story.puts("r2", "Offline")
    story.hides("c1", True)
    story.of("closed", "c1")
    story.shows("c1", "gone")
    assert story.phase("c1") == "leaving"
    assert story.answers("r2", 0, "net::ERR_ABORTED") == "deliver"


def test_a_state_that_shows_while_it_may_go_takes_the_proof_away():
    """Its tab was asked to go, and another device chose meanwhile: what was set before proves nothing."""
    story = at_work()
    story.puts("r1", "Offline")
    story.asks("c1")
    story.answers("r1")
    story.knows("c1", "Available")
    assert len(story.life("c1")["puts"]) == 0


def test_one_without_an_agent_that_is_silent_is_forgotten():
    """It said hello, we slept, and its page is gone: there is nothing to tell of it."""
    story = Story()
    story.opens("c1")
    story.tell({"type": "woke"})
    assert story.phase("c1") == "opening"
    story.later(10000)
    assert story.phase("c1") == ""


def test_one_without_an_agent_that_is_there_is_known():
    """An agent may yet sign in there."""
    story = Story()
    story.opens("c1")
    story.later(20000)
    assert story.phase("c1") == "opening"


def test_what_shows_while_it_is_tried_changes_no_try():
    """What ended is still counted."""
    story = at_work()
    story.of("try_again", "c1")
    story.tried("c1", story.request(), 500)
    story.knows("c1", "Lunch")
    assert story.life("c1")["puts"][0]["status"] == 500


def test_only_an_open_ccp_is_restored():
    """One that may go in a moment is not given another state."""
    story = at_work()
    story.hides("c1", True)
    story.puts("r1", "Offline")
    story.answers("r1")
    story.opens("c1")
    story.asks("c1")
    assert story.knows("c1", "Offline") == ""
    # That it stays, and what is chosen for it.
    assert story.stays("c1") == "page page"
    assert story.told[1]["command"]["type"] == "restore"


def test_who_looks_at_the_dialog_says_whether_it_is_taken_back():
    """Nothing is chosen behind it; nor for one who has said in it that they leave."""
    for dialog in ["asking", "confirmed", "failed", "let_go"]:
        story = at_work()
        story.hides("c1", True)
        story.puts("r1", "Offline")
        story.answers("r1")
        story.opens("c1")
        story.life("c1")["dialog"] = dialog
        assert story.knows("c1", "Offline") == ""


def test_who_was_let_go_and_works_on():
    """The next closing is another matter once the state has changed, and not before."""
    story = at_work()
    story.of("leave_anyway", "c1")
    story.knows("c1", "Available")
    assert story.life("c1")["dialog"] == "let_go"
    story.knows("c1", "Lunch")
    assert story.life("c1")["dialog"] == ""
    story.life("c1")["dialog"] = "confirmed"
    story.knows("c1", "Available")
    assert story.life("c1")["dialog"] == "confirmed"
    # Nor has it changed when it is first known.
    story = Story()
    story.opens("c1")
    story.of("leave_anyway", "c1")
    story.knows("c1", "Available")
    assert story.life("c1")["dialog"] == "let_go"


def test_who_is_back_has_seen_what_failed():
    """A failure of this tab and minute is withdrawn when the CCP is back."""
    story = leaving()
    story.tried("c1", story.request(), 403)
    assert len(open_failures(story.journal)) == 1
    story.opens("c2")
    assert story.knows("c2") == "withdraw"
    assert len(open_failures(story.journal)) == 0


def test_who_is_back_too_late_is_still_told():
    """A minute later it is another sitting."""
    story = leaving()
    story.tried("c1", story.request(), 403)
    story.now = story.now + 60000
    story.opens("c2")
    assert story.knows("c2") == ""
    assert len(open_failures(story.journal)) == 1


# The question.


def test_beforeunload_is_a_question():
    """The tab is looked at, nothing is sent, and another question is another look."""
    story = at_work()
    assert story.asks("c1") == "look"
    assert story.phase("c1") == "asked"
    assert story.life("c1")["dialog"] == ""
    story.shows("c1", "ccp")
    assert story.life("c1")["bound"] == "ccp"
    story.now = story.now + 50
    assert story.asks("c1") == "look"
    assert story.life("c1")["bound"] == ""
    assert story.life("c1")["since"] == 100050
    assert story.later(600000) == ""
    assert story.phase("c1") == "asked"


def test_who_has_gone_is_not_asked():
    """A page's word that comes late changes nothing."""
    story = at_work()
    story.hides("c1")
    assert story.asks("c1") == ""
    assert story.phase("c1") == "gone"


def test_a_reload_is_told_to_the_page():
    """It learns in time that nothing is to be sent; not where a reload is to count."""
    for what in ["ccp", "loading"]:
        story = at_work()
        story.asks("c1")
        assert story.shows("c1", what) == "page"
        assert story.told[0]["command"]["type"] == "reloads"
        assert story.life("c1")["bound"] == "ccp"
        story.policy["on_reload"] = "offline"
        story.asks("c1")
        assert story.shows("c1", what) == ""
        assert story.life("c1")["bound"] == ""


def test_where_the_tab_goes_is_remembered():
    """Elsewhere, for when the page has gone; a tab that rests says nothing yet."""
    story = at_work()
    story.asks("c1")
    for what in ["here", "elsewhere", "gone"]:
        assert story.shows("c1", what) == ""
        assert story.life("c1")["bound"] == ""
        assert story.phase("c1") == "asked"
    assert story.shows("c1", "leading") == ""
    assert story.life("c1")["bound"] == "elsewhere"
    assert story.hides("c1") == "look deliver"


def test_where_the_tab_goes_is_hidden():
    """Somewhere, so that the page that is asked does not stay; where, is looked for when it has gone."""
    story = at_work()
    story.asks("c1")
    assert story.shows("c1", "hidden") == ""
    assert story.life("c1")["bound"] == "unknown"
    assert story.hides("c1") == "look"
    assert story.life("c1")["bound"] == ""
    # A reload that has failed; or a page of somebody's.
    assert story.shows("c1", "ccp") == ""
    assert story.phase("c1") == "away"
    story = at_work()
    story.asks("c1")
    story.shows("c1", "hidden")
    story.hides("c1")
    assert story.shows("c1", "leading") == "deliver"


def test_the_page_stays():
    """It says so, and its tab is on its way nowhere: it is told, and open as before."""
    for what in ["here", "elsewhere", "unloaded"]:
        story = at_work()
        story.asks("c1")
        story.shows("c1", "leading")
        story.now = story.now + 1000
        assert story.stays("c1", what) == "page"
        assert story.told[0]["command"]["type"] == "stays"
        assert story.phase("c1") == "open"
        assert story.life("c1")["bound"] == ""
        assert story.life("c1")["since"] == 101000
        assert story.stays("c1", what) == ""


def test_a_page_whose_tab_loads_does_not_stay():
    """It lives until the answer is there: up to then it is on its way."""
    for what in ["gone", "ccp", "loading", "leading", "hidden"]:
        story = at_work()
        story.asks("c1")
        assert story.stays("c1", what) == ""
        assert story.phase("c1") == "asked"


def test_who_was_held_and_stays_sees_the_tries():
    """What the browser's dialog asked is tried at once, before the agent's eyes."""
    story = at_work()
    story.asks("c1", True)
    assert story.life("c1")["dialog"] == "asking"
    assert story.stays("c1") == "page deliver"
    assert story.phase("c1") == "leaving"
    assert story.life("c1")["dialog"] == "tries"


def test_who_was_not_closing_sees_no_tries():
    """Asked because of a reload, or of a link that starts a call or a download, they stay: nothing is sent."""
    for shows in ["ccp", "leading", "hidden"]:
        story = at_work()
        story.asks("c1", True)
        story.shows("c1", shows)
        assert story.stays("c1").find("deliver") == -1
        assert story.phase("c1") == "open"
        assert story.life("c1")["dialog"] == ""
        assert story.later(5000) == ""


def test_who_is_offline_is_not_held():
    """Nothing is to be tried, whatever the page had asked for."""
    story = Story()
    story.opens("c1")
    story.knows("c1", "Offline")
    story.asks("c1", True)
    assert story.life("c1")["dialog"] == ""
    story = at_work()
    story.asks("c1", True)
    story.knows("c1", "Offline")
    assert story.stays("c1") == "page"
    assert story.life("c1")["dialog"] == ""
    assert story.phase("c1") == "open"


def test_a_page_that_is_there_again_after_all():
    """Its departures are numbered on: none bears another's name."""
    story = leaving()
    story.tried("c1", story.request(), 403)
    story.works("c1")
    story.of("try_again", "c1")
    assert story.life("c1")["id"] == "c1-2"
    story.opens("c5", 8)
    assert story.life("c5")["departures"] == 0


# The answer.


def test_pagehide_is_the_answer():
    """It has gone, asked or not; what the page could do itself is kept, and its tab is looked at."""
    story = at_work()
    assert story.hides("c1", True, "") == "look"
    life = story.life("c1")
    assert life["phase"] == "gone"
    assert life["way"] == "closed"
    assert life["sent"]
    assert life["gone_since"] == 100000
    assert life["at"] == WALL + 100000
    story = at_work()
    story.asks("c1")
    assert story.hides("c1", False, "streams_error") == "look"
    assert story.phase("c1") == "gone"
    assert story.life("c1")["trouble"] == "streams_error"
    assert not story.life("c1")["sent"]


def test_pagehide_of_what_has_gone_already():
    """It says nothing new."""
    story = at_work()
    story.of("closed", "c1")
    story.shows("c1", "ccp")
    assert story.hides("c1", True) == ""
    assert story.phase("c1") == "away"
    assert not story.life("c1")["sent"]


def test_pagehide_while_it_is_tried():
    """The dialog has gone with the page, and delivery goes on."""
    story = at_work()
    story.of("try_again", "c1")
    story.later(50)
    assert story.hides("c1", True, "") == "look"
    assert story.life("c1")["gone_since"] == story.now
    assert story.phase("c1") == "leaving"
    assert story.life("c1")["dialog"] == ""
    assert story.life("c1")["sent"]
    assert not story.life("c1")["there"]


def test_a_reload_while_it_is_tried():
    """What has been sent has been sent; no further try, and the agent has their state again."""
    story = at_work()
    story.of("try_again", "c1")
    request = story.request()
    story.hides("c1")
    story.shows("c1", "loading")
    assert story.life("c1")["bound"] == "ccp"
    assert story.of("closed", "c1") == ""
    assert story.later(5000) == "look"
    assert story.tried("c1", request, 500) == ""
    story.opens("c2")
    story.shows("c1", "here")
    assert story.later(2000) == "look"
    assert story.knows("c2") == ""
    assert story.phase("c1") == ""
    assert len(open_failures(story.journal)) == 0


def test_a_port_that_closes_is_the_answer_too():
    """The page said nothing: it vanished. Of one that had not opened, nothing is left."""
    story = at_work()
    assert story.of("closed", "c1") == "look"
    assert story.phase("c1") == "gone"
    assert story.life("c1")["way"] == "vanished"
    assert not story.life("c1")["there"]
    story = at_work()
    story.asks("c1")
    assert story.of("closed", "c1") == "look"
    assert story.life("c1")["way"] == "vanished"
    story = at_work()
    story.hides("c1")
    assert story.of("closed", "c1") == "look"
    assert story.life("c1")["way"] == "closed"
    story = Story()
    story.opens("c1")
    assert story.of("closed", "c1") == ""
    assert story.phase("c1") == ""


def test_a_port_that_closes_while_it_is_tried():
    """Nobody sees the dialog any more."""
    story = at_work()
    story.of("try_again", "c1")
    assert story.of("closed", "c1") == "look"
    assert story.life("c1")["dialog"] == ""
    assert not story.life("c1")["there"]
    assert story.phase("c1") == "leaving"


def test_who_is_offline_has_nothing_left_to_do():
    """Their CCP is forgotten as soon as it has gone."""
    story = Story()
    story.opens("c1")
    story.knows("c1", "Offline")
    story.hides("c1")
    assert story.phase("c1") == ""


def test_forgotten_on_demand():
    """By the settings it is not ours any more."""
    story = at_work()
    assert story.of("forget", "c1") == ""
    assert story.phase("c1") == ""


# The tab.


def test_a_tab_that_is_gone_begins_the_delivery():
    """Closed, crashed, dropped, or showing something else: at once."""
    for what in ["gone", "unloaded", "elsewhere", "leading"]:
        story = at_work()
        story.hides("c1")
        assert story.shows("c1", what) == "deliver"
        assert story.phase("c1") == "leaving"
        assert story.life("c1")["id"] == "c1-1"


def test_a_tab_that_loads_is_waited_for():
    """The CCP is away, and nothing is sent, until the tab shows something else."""
    for what in ["ccp", "loading"]:
        story = at_work()
        story.hides("c1")
        assert story.shows("c1", what) == ""
        assert story.phase("c1") == "away"
        # A redirect on the way, to sign in for instance.
        assert story.shows("c1", "leading") == ""
        assert story.phase("c1") == "away"
        assert story.shows("c1", "elsewhere") == "deliver"


def test_a_tab_that_rests_where_it_was():
    """Its page has gone and is no longer connected, so another one is coming; a connected one is not over yet."""
    story = at_work()
    story.hides("c1")
    assert story.shows("c1", "here") == ""
    assert story.phase("c1") == "gone"
    story.of("closed", "c1")
    story.shows("c1", "here")
    assert story.phase("c1") == "away"
    story = at_work()
    story.of("closed", "c1")
    assert story.shows("c1", "leading") == "deliver"
    # What is known to be elsewhere rests there.
    story = at_work()
    story.opens("c2", 8)
    story.of("closed", "c1")
    story.shows("c1", "elsewhere")
    story.shows("c1", "here")
    assert story.phase("c1") == "gone"
    assert story.life("c1")["bound"] == "elsewhere"


def test_where_a_reload_counts_nobody_is_waited_for():
    """The policy says that every page that goes is a departure."""
    for what in ["ccp", "loading", "here"]:
        story = at_work()
        story.policy["on_reload"] = "offline"
        story.hides("c1")
        assert story.shows("c1", what) == "deliver"


def test_silence_is_no_departure():
    """A page that does not answer after we slept has gone only if its tab shows it."""
    for phase in ["open", "asked"]:
        for what in ["gone", "unloaded", "elsewhere"]:
            story = at_work()
            if phase == "asked":
                story.asks("c1")
            assert story.shows("c1", what) == ""
            assert story.phase("c1") == phase
            story.tell({"type": "woke"})
            story.shows("c1", "here")
            story.shows("c1", "ccp")
            assert story.phase("c1") == phase
            assert story.shows("c1", what) == "deliver"
            assert story.life("c1")["way"] == "vanished"
            # Nobody knows since when: somebody may work elsewhere by now.
            assert story.told[0]["command"]["ask"]
    story = Story()
    story.opens("c1")
    story.tell({"type": "woke"})
    story.shows("c1", "gone")
    assert story.phase("c1") == ""


def test_a_closed_tab_takes_its_ccps_with_it():
    """All of that tab, none of another."""
    story = at_work()
    story.works("c2", 7, 3)
    story.works("c3", 8, 0, BETA)
    for ccp in ["c1", "c2", "c3"]:
        story.asks(ccp)
    for ccp in ["c1", "c2", "c3"]:
        story.of("closed", ccp)
    assert story.tell({"type": "tab_closed", "tab": 7}) == "deliver"
    # Both were one agent's: one departure.
    assert story.phase("c1") == "leaving"
    assert story.phase("c2") == ""
    assert story.phase("c3") == "gone"


def test_a_tab_may_change_its_number():
    """What is remembered of it moves along."""
    story = at_work()
    story.hides("c1", True)
    story.puts("r1", "Offline")
    story.opens("c1")
    story.works("c2", 8, 0, BETA)
    assert story.tell({"type": "moved", "before": 7, "after": 70}) == ""
    assert story.life("c1")["tab"] == 70
    assert story.journal["past"][0]["tab"] == 70
    assert story.life("c2")["tab"] == 8


# Time and sleep.


def test_a_tick_looks_where_somebody_waits():
    """At tabs that load, and at those nobody has told of; not at those that are known to be elsewhere."""
    story = at_work()
    assert story.later(10) == ""
    story.hides("c1")
    assert story.later(10) == "look"
    story.shows("c1", "ccp")
    assert story.phase("c1") == "away"
    assert story.later(10) == "look"
    story = at_work()
    # Somebody comes who may be this agent.
    story.opens("c2", 8)
    story.hides("c1")
    story.shows("c1", "elsewhere")
    assert story.phase("c1") == "gone"
    assert story.later(10) == ""


def test_a_background_that_slept_concludes_nothing():
    """Nobody is connected, nothing is young any more, and no wait is longer for a clock that was set back."""
    story = at_work()
    story.hides("c1")
    story.now = 90000
    assert story.tell({"type": "woke"}) == ""
    life = story.life("c1")
    assert life["phase"] == "gone"
    assert not life["there"]
    assert life["slept"]
    assert life["since"] == 90000
    assert life["gone_since"] == 90000
    assert life["opened_at"] == 90000


def test_what_ended_before_we_slept_is_kept_no_longer():
    """The clock was set back by an hour meanwhile: a minute is a minute."""
    story = leaving()
    story.tried("c1", story.request())
    story.now = 50000
    story.tell({"type": "woke"})
    assert len(story.journal["past"]) == 1
    story.later(60000)
    assert len(story.journal["past"]) == 0


def test_what_was_asked_before_we_slept():
    """Nobody hears how our own try ended, so it is cut; the page's is still told by the browser."""
    story = leaving()
    life = story.life("c1")
    story.puts("r1", "Offline")
    story.now = 99000
    story.tell({"type": "woke"})
    assert life["puts"][0]["own"]
    assert life["puts"][0]["ended_at"] == 99000
    assert life["puts"][0]["error"] == "net::ERR_ABORTED"
    assert life["puts"][1]["ended_at"] == 0
    assert life["puts"][1]["at"] == 99000


def test_sleep_keeps_what_had_ended():
    """An answer from before is an answer."""
    story = leaving()
    story.tried("c1", story.request(), 500)
    story.tell({"type": "woke"})
    put = story.life("c1")["puts"][0]
    assert put["status"] == 500
    assert put["error"] == ""


# Signing out, and what was never ours.


def test_signing_out_is_a_departure():
    """What can still be done is done now, whoever else is about to come; of this instance alone."""
    story = at_work()
    story.works("c2", 8, 0, BETA)
    story.opens("c3", 9)
    assert story.tell({"type": "signs_out", "instance": ACME}) == "deliver"
    assert story.phase("c1") == "leaving"
    assert story.life("c1")["way"] == "signed_out"
    assert story.phase("c2") == "open"
    assert story.phase("c3") == "opening"
    assert story.life("c3")["way"] == ""


def test_who_was_away_signs_out():
    """From every phase before the delivery; one that runs goes on, and is one by signing out if its page is there."""
    story = at_work()
    story.hides("c1")
    assert story.tell({"type": "signs_out", "instance": ACME}) == "deliver"
    assert story.life("c1")["way"] == "signed_out"
    story = at_work()
    story.of("closed", "c1")
    story.shows("c1", "ccp")
    assert story.phase("c1") == "away"
    assert story.tell({"type": "signs_out", "instance": ACME}) == "deliver"
    story = at_work()
    story.asks("c1")
    assert story.tell({"type": "signs_out", "instance": ACME}) == "deliver"
    story = at_work()
    assert story.of("try_again", "c1") == "deliver"
    assert story.tell({"type": "signs_out", "instance": ACME}) == ""
    assert story.life("c1")["way"] == "signed_out"
    assert story.life("c1")["id"] == "c1-1"
    story = leaving()
    story.tell({"type": "signs_out", "instance": ACME})
    assert story.life("c1")["way"] == "closed"
    story = leaving()
    story.tell({"type": "signs_out", "instance": BETA})
    assert story.life("c1")["way"] == "closed"


def test_who_is_offline_signs_out():
    """Nothing is left to be done."""
    story = Story()
    story.opens("c1")
    story.knows("c1", "Offline")
    assert story.tell({"type": "signs_out", "instance": ACME}) == ""
    assert story.phase("c1") == "open"


def test_a_failed_signing_out_is_told_once():
    """The reload that follows, and a second request to log out, are part of that story; a later closing is not."""
    story = at_work()
    story.tell({"type": "signs_out", "instance": ACME})
    assert story.tried("c1", story.request(), 401, "", True) == "tell"
    assert open_failures(story.journal)[0]["reason"] == "logged_out"
    assert story.phase("c1") == "open"
    assert story.tell({"type": "signs_out", "instance": ACME}) == ""
    story.hides("c1")
    assert story.phase("c1") == ""
    story.opens("c1")
    story.knows("c1")
    story.life("c1")["way"] = "signed_out"
    story.life("c1")["gone_since"] = 100000
    story.later(30001)
    story.hides("c1")
    assert story.phase("c1") == "gone"
    assert story.life("c1")["way"] == "closed"


def test_a_ccp_that_nobody_reached():
    """It is gone, and nobody can tell what its agent's state is: that is said."""
    story = Story()
    fact = {"type": "uncovered", "ccp": "u1", "instance": ACME, "url": ACME + "/connect/ccp#", "tab": 7, "frame": 0}
    assert story.tell(fact) == "tell"
    failure = open_failures(story.journal)[0]
    assert failure["reason"] == "not_covered"
    assert failure["phase"] == "unconfirmed"
    assert failure["at"] == WALL + 100000
    assert failure["settled_at"] == WALL + 100000
    assert story.told[0]["life"]["ccp"] == "u1"
    assert len(story.journal["lives"]) == 0


def test_one_that_is_none_of_ours_keeps_the_agent_reachable():
    """The protected one is closed, another is open that we do not follow: nothing is sent. Without it, it is."""
    story = at_work()
    other = {"tab": 8, "url": ACME + "/connect/ccp-v2", "instance": ACME}
    story.tell({"type": "beside", "tabs": [other]})
    story.hides("c1")
    assert story.phase("c1") == ""
    story.works("c1")
    story.tell({"type": "beside", "tabs": []})
    story.hides("c1")
    story.of("closed", "c1")
    assert story.shows("c1", "gone") == "deliver"


# Whole stories.


def test_two_are_closed_and_one_stays():
    """Both were asked in one moment, as if the browser ended; the first went, and set Offline: that is taken back."""
    story = Story()
    story.works("c1", 7)
    story.works("c2", 8)
    story.asks("c1")
    story.asks("c2")
    story.hides("c2", True)
    story.puts("r1", "Offline")
    story.answers("r1")
    story.of("closed", "c2")
    story.shows("c2", "gone")
    story.now = story.now + 4000
    assert story.knows("c1", "Offline") == ""
    assert story.stays("c1") == "page page"
    assert story.told[1]["command"]["arn"] == "arn:Available"
    assert story.phase("c2") == ""


def test_a_try_that_arrives_when_the_agent_is_back():
    """In another tab, and seconds later: it is taken back there."""
    story = at_work()
    story.of("closed", "c1")
    assert story.shows("c1", "unloaded") == "deliver"
    request = story.request()
    story.works("c2", 8)
    story.now = story.now + 6000
    story.tried("c1", request)
    assert story.knows("c2", "Offline") == "page"
    assert story.told[0]["command"]["arn"] == "arn:Available"


def test_wrap_up_that_is_slow_to_be_seen_again():
    """A reload with after-contact work alone, and a CCP that takes longer than others: nothing ends that work."""
    for live in [False, True]:
        story = Story()
        story.opens("c1")
        story.knows("c1", "Available", 1, "k1")
        story.life("c1")["agent"]["live"] = live
        story.hides("c1")
        story.of("closed", "c1")
        story.shows("c1", "ccp")
        story.opens("c2")
        decided = ""
        for _ in range(40):
            decided = decided + story.later(1000)
        assert (decided.find("deliver") != -1) == live


def test_the_other_domain_of_an_instance():
    """The agent works under its new name: closing the CCP under the old one, or signing out there, sends nothing."""
    for way in ["closed", "signed_out"]:
        story = at_work()
        story.opens("c2", 8, 0, "https://acme.my.connect.aws")
        story.knows("c2")
        if way == "signed_out":
            story.tell({"type": "signs_out", "instance": ACME})
        else:
            story.hides("c1")
            story.of("closed", "c1")
            story.shows("c1", "gone")
        assert story.later(20000).find("deliver") == -1
        assert len(open_failures(story.journal)) == 0
    # Moved there by a reload.
    story = at_work()
    story.hides("c1")
    story.of("closed", "c1")
    story.shows("c1", "ccp")
    story.opens("c2", 7, 0, "https://acme.my.connect.aws")
    story.knows("c2")
    assert story.later(20000).find("deliver") == -1
    assert story.phase("c1") == ""


def test_a_closed_tab_is_delivered_and_confirmed():
    """The server takes it at the first try: the record is gone, and it is remembered as confirmed."""
    story = leaving()
    assert story.tried("c1", story.request()) == "withdraw"
    assert story.phase("c1") == ""
    assert story.journal["confirmed"][0]["id"] == "c1-1"
    assert len(open_failures(story.journal)) == 0


def test_a_reload_sends_nothing():
    """Asked, hidden, away, back: no try, no failure, nothing to restore."""
    story = at_work()
    story.asks("c1")
    story.shows("c1", "ccp")
    decided = story.hides("c1")
    decided = decided + story.of("closed", "c1")
    story.now = story.now + 3000
    decided = decided + story.opens("c2")
    decided = decided + story.knows("c2")
    assert decided.find("deliver") == -1
    assert story.phase("c1") == ""
    assert story.phase("c2") == "open"
    assert len(story.journal["past"]) == 0


def test_what_a_reload_sent_all_the_same_is_taken_back():
    """The background's word came too late, the page asked for Offline: the state from before is chosen again."""
    story = at_work()
    story.hides("c1", True)
    story.puts("r1", "Offline")
    story.of("closed", "c1")
    story.shows("c1", "ccp")
    story.answers("r1")
    story.opens("c2")
    assert story.knows("c2", "Offline") == "page"
    assert story.told[0]["ccp"] == "c2"
    assert story.told[0]["command"]["type"] == "restore"
    assert story.told[0]["command"]["arn"] == "arn:Available"
    # Once.
    assert story.knows("c2", "Offline") == ""


def test_every_button_of_the_dialog_does_something():
    """Each command that the dialog may send to a CCP's life is a fact that is understood."""
    story = at_work()
    story.of("try_again", "c1")
    assert story.phase("c1") == "leaving"
    story.of("leave_anyway", "c1")
    assert story.life("c1")["dialog"] == "let_go"
    story.of("try_again", "c1")
    story.of("keep_working", "c1")
    assert story.phase("c1") == "open"
    assert story.life("c1")["dialog"] == ""
