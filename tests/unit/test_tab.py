"""What a tab says of the CCP in it."""

from core.opening import new_life
from core.tab import may_come_back, shows

ACME = "https://acme.awsapps.com"
CCP = ACME + "/connect/ccp#"
OTHER = "https://beta.awsapps.com/connect/ccp#"
LOGIN = ACME + "/connect/login"


def a_life(frame):
    """A CCP in this frame of its tab."""
    return new_life({"ccp": "c1", "instance": ACME, "url": CCP, "tab": 7, "frame": frame}, 0)


def said(status, url, pending, asked=False, frame=0):
    """What a tab of which the browser says this shows."""
    return shows({"status": status, "url": url, "pending": pending}, a_life(frame), asked)


def test_no_tab():
    """It was closed, whatever was asked."""
    assert shows(None, a_life(0), False) == "gone"
    assert shows(None, a_life(3), True) == "gone"


def test_an_unloaded_tab():
    """It crashed, or was dropped to save memory; the address says nothing then."""
    assert said("unloaded", CCP, "") == "unloaded"
    assert said("unloaded", CCP, "", False, 3) == "unloaded"


def test_the_instance_s_other_domain():
    """It is moved there, and a tab that was at the old one loads the new one."""
    for status, answer in [["loading", "ccp"], ["complete", "here"]]:
        assert said(status, "https://acme.my.connect.aws/ccp-v2", "") == answer
        assert said(status, "https://beta.my.connect.aws/ccp-v2", "") in ["leading", "elsewhere"]


def test_a_tab_that_rests():
    """Where it was, or elsewhere; with an address that we may not know it is a stranger's."""
    for asked in [False, True]:
        assert said("complete", CCP, "", asked) == "here"
        assert said("complete", ACME + "/connect/ccp-v2/home?x=1", "", asked) == "here"
        assert said("complete", LOGIN, "", asked) == "elsewhere"
        assert said("complete", OTHER, "", asked) == "elsewhere"
        assert said("complete", "", "", asked) == "elsewhere"
        # What it will load is not asked of a tab that does not load.
        assert said("complete", CCP, LOGIN, asked) == "here"


def test_a_tab_that_loads_this_instance_s_ccp():
    """A reload, or a way back to it: the address it goes to counts, where there is one."""
    assert said("loading", CCP, CCP) == "ccp"
    assert said("loading", LOGIN, CCP) == "ccp"
    assert said("loading", CCP, "") == "ccp"
    assert said("loading", CCP, CCP, True) == "ccp"


def test_a_tab_that_loads_something_else():
    """Another page, or another instance's CCP."""
    for asked in [False, True]:
        assert said("loading", CCP, LOGIN, asked) == "leading"
        assert said("loading", CCP, OTHER, asked) == "leading"
    assert said("loading", LOGIN, "") == "leading"


def test_a_hidden_address_while_it_is_only_asked():
    """A stranger's page is coming, and the old address is still the tab's; or the CCP's own has just failed to."""
    assert said("loading", CCP, "", True) == "hidden"
    assert said("loading", CCP, "") == "ccp"
    assert said("loading", "", "", True) == "leading"


def test_a_frame_cannot_be_seen_from_outside():
    """While its tab loads it may be there again, and else it rests, whatever the addresses."""
    for asked in [False, True]:
        assert said("loading", "https://crm.example/", LOGIN, asked, 3) == "loading"
        assert said("complete", "https://crm.example/", "", asked, 3) == "here"


def test_a_frame_of_the_agent_workspace():
    """Its address is seen, and changes as the agent works; another page of the instance is no workspace."""
    life = a_life(3)
    life["workspace"] = True
    home = ACME + "/connect/agent-app-v2/"
    for row in [
        ["complete", home, "", "here"],
        ["complete", home + "cases?x=1", "", "here"],
        ["loading", home, home, "ccp"],
        ["loading", home, "", "ccp"],
        ["loading", home, LOGIN, "leading"],
        ["loading", home, CCP, "leading"],
        ["complete", LOGIN, "", "elsewhere"],
        ["complete", "", "", "elsewhere"],
        ["complete", "https://beta.awsapps.com/connect/agent-app-v2/", "", "elsewhere"],
        ["unloaded", home, "", "unloaded"],
    ]:
        assert shows({"status": row[0], "url": row[1], "pending": row[2]}, life, False) == row[3]


def test_what_may_come_back():
    """The CCP itself, or a page that may hold it."""
    assert may_come_back("ccp")
    assert may_come_back("loading")
    for answer in ["gone", "unloaded", "leading", "elsewhere", "here"]:
        assert not may_come_back(answer)
