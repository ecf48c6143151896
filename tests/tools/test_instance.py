"""The simulated instance keeps Amazon Connect's rules, as far as they are known."""

import http.client
import json
import re
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.instance import TOKEN_MARK, Agent, Instance, SimulatedConnect

WORKER = "/connect/static/worker.js?v=1.8.3"


@pytest.fixture(scope="module")
def connect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedConnect]:
    """Simulated Amazon Connect; what is in the library does not matter here."""
    library = tmp_path_factory.mktemp("streams") / "streams.js"
    library.write_text("var connect = {};")
    with SimulatedConnect({"1.8.3": library}) as running:
        yield running


@pytest.fixture
def acme(connect: SimulatedConnect) -> Instance:
    """An instance as nobody has turned a knob of it."""
    instance = connect.instance("acme.awsapps.com")
    instance.reset()
    return instance


@dataclass
class Answer:
    """What came back."""

    status: int
    kind: str
    text: str
    cookies: list[str]

    def json(self) -> dict[str, Any]:
        """The body as a record."""
        parsed: dict[str, Any] = json.loads(self.text)
        return parsed


@dataclass
class Client:
    """A browser with a cookie, a page's token, and the headers of the page's worker."""

    port: int
    host: str
    token: str = ""
    cookie: str = ""
    more: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, headers: dict[str, str] | None = None, body: object = None) -> Answer:
        """One request on a connection of its own."""
        # The default context reads all the system's authorities first, and there are none to ask here.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPConnection(self.host)
        connection.sock = context.wrap_socket(
            socket.create_connection(("127.0.0.1", self.port), 5), server_hostname=self.host
        )
        sent = {**(headers or {}), **({"Cookie": self.cookie} if self.cookie else {})}
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        response = connection.getresponse()
        answer = Answer(
            response.status,
            response.headers.get_content_type(),
            response.read().decode(),
            response.headers.get_all("Set-Cookie") or [],
        )
        connection.close()
        return answer

    def load_ccp(self) -> Answer:
        """Load the CCP as a page: its token and its cookie are ours from now on."""
        page = self.send("GET", "/connect/ccp")
        found = re.search(f"{TOKEN_MARK}[0-9a-f]+", page.text)
        assert found is not None
        self.token = found.group()
        self.cookie = page.cookies[-1].partition(";")[0]
        return page

    def call(self, method: str, **body: object) -> Answer:
        """One API call."""
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"AmazonConnectCTIService.{method}",
            "X-Amz-Bearer": self.token,
            "Origin": f"https://{self.host}",
            "Sec-Fetch-Site": "same-origin",
            **self.more,
        }
        return self.send("POST", "/connect/api", headers, {**body, "authentication": {"authToken": self.token}})

    def authorize(self) -> None:
        """Renew the token with the cookie."""
        self.token = self.send("GET", "/connect/auth/authorize").json()["accessToken"]

    def put(self, agent: Agent, name: str, enqueue: bool = False) -> Answer:
        """Choose a state of the agent's list."""
        return self.call("PutAgentState", state=agent.find(name).as_json(), enqueueNextState=enqueue)

    def snapshot(self) -> dict[str, Any]:
        """The agent as the API tells of them."""
        snapshot: dict[str, Any] = self.call("GetAgentSnapshot").json()["snapshot"]
        return snapshot

    def username(self) -> str:
        """Whose the token is, by the API's word."""
        return str(self.call("GetAgentConfiguration").json()["configuration"]["username"])


@pytest.fixture
def ccp(connect: SimulatedConnect, acme: Instance) -> Client:
    """A browser that has loaded the CCP of the first agent."""
    client = Client(connect.port, acme.host)
    client.load_ccp()
    return client


# Whose a token is


def test_a_token_is_its_agents(connect: SimulatedConnect, acme: Instance, ccp: Client) -> None:
    """Another agent signs in at another desk: each token tells of, and sets, the agent it was issued to."""
    acme.knobs.username = "blake"
    blake = Client(connect.port, acme.host)
    blake.load_ccp()
    assert (ccp.username(), blake.username()) == ("alex", "blake")
    assert acme.agent is acme.agent_of("blake")
    assert ccp.put(acme.agent, "Lunch").status == 200
    assert acme.agent_of("alex").state.name == "Lunch"
    assert acme.agent.state.name == "Available"
    assert (ccp.snapshot()["state"]["name"], blake.snapshot()["state"]["name"]) == ("Lunch", "Available")
    assert [put.username for put in acme.puts()] == ["alex"]


def test_authorize_goes_by_the_cookie(acme: Instance, ccp: Client) -> None:
    """The latest page load's cookie says whose the new token is; the old token stays whose it was."""
    before = ccp.token
    acme.knobs.username = "blake"
    ccp.authorize()
    assert ccp.username() == "alex"
    ccp.load_ccp()
    ccp.authorize()
    assert ccp.username() == "blake"
    ccp.token = before
    assert ccp.username() == "alex"


def test_a_poll_is_its_agents(acme: Instance, ccp: Client) -> None:
    """A worker that goes on with another agent's token is told of that agent at once."""
    acme.knobs.snapshot_poll_ms = 60
    seen = ccp.call("GetAgentSnapshot").json()["nextToken"]
    begun = time.monotonic()
    assert ccp.call("GetAgentSnapshot", nextToken=seen).json()["nextToken"] == seen
    assert time.monotonic() - begun >= 0.06
    acme.knobs.snapshot_poll_ms = 30_000
    acme.knobs.username = "blake"
    ccp.load_ccp()
    assert ccp.call("GetAgentSnapshot", nextToken=seen).json()["nextToken"] != seen


def test_whose_is_unknown(acme: Instance, ccp: Client) -> None:
    """A token of nobody's is refused, and one that is revoked is still known for whose it was."""
    acme.revoke_tokens()
    assert ccp.call("GetAgentStates").status == 401
    ccp.token = f"{TOKEN_MARK}forged"
    assert ccp.call("GetAgentStates").status == 401
    assert [record.username for record in acme.requests("GetAgentStates")] == ["alex", ""]
    with pytest.raises(LookupError):
        acme.agent_of("nobody")


def test_agents_share_a_list_and_nothing_else(acme: Instance, ccp: Client) -> None:
    """A new list of states is everybody's; a contact is one agent's, and the knob shows the current one's."""
    acme.start_call()
    acme.knobs.username = "blake"
    assert acme.knobs.contact is None
    acme.knobs.states = [("Ready", "routable"), ("Away", "offline")]
    assert [state.name for state in acme.agent.states] == ["Ready", "Away"]
    assert [state["name"] for state in ccp.call("GetAgentStates").json()["states"]] == ["Ready", "Away"]
    acme.knobs.username = "alex"
    assert acme.knobs.contact == "call"


def test_a_log_out_is_the_sessions(connect: SimulatedConnect, acme: Instance, ccp: Client) -> None:
    """Whoever has no session ends none."""
    Client(connect.port, acme.host).send("GET", "/connect/logout")
    assert acme.signed_in
    ccp.send("GET", "/connect/logout")
    assert not acme.signed_in


# A server that refuses the background


def refused(answer: Answer) -> bool:
    """Whether this is the API's refusal; else it is a success."""
    if answer.status != 403:
        assert answer.status == 200
        return False
    assert answer.json()["__type"] == "AccessDeniedException"
    return True


@pytest.mark.parametrize(
    "more", [{"Origin": "chrome-extension://abc"}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_refused_by_origin(acme: Instance, ccp: Client, more: dict[str, str]) -> None:
    """Taken from the instance's own origin only."""
    acme.knobs.refuse_own = "origin"
    assert not refused(ccp.call("GetAgentConfiguration"))
    ccp.more = more
    assert refused(ccp.call("GetAgentConfiguration"))
    assert refused(ccp.put(acme.agent, "Offline"))
    assert acme.agent.state.name == "Available"


def test_refused_by_header(acme: Instance, ccp: Client) -> None:
    """Taken with a proof of the worker's own, and once only: a copy is refused."""
    acme.knobs.refuse_own = "header"
    assert f"{WORKER}&proof=1" in ccp.load_ccp().text
    assert refused(ccp.call("GetAgentConfiguration"))
    keys = {re.findall(r"'([0-9a-f]{32})\.'", ccp.send("GET", f"{WORKER}&proof=1").text)[0] for _ in range(2)}
    assert len(keys) == 2
    for key in keys:
        ccp.more = {"X-Connect-Proof": f"{key}.1"}
        assert not refused(ccp.call("GetAgentConfiguration"))
        assert refused(ccp.put(acme.agent, "Offline"))
        ccp.more = {"X-Connect-Proof": f"{key}.2"}
        assert not refused(ccp.put(acme.agent, "Lunch"))
    ccp.more = {"X-Connect-Proof": "0123.1"}
    assert refused(ccp.call("GetAgentConfiguration"))
    # Nothing of it where the knob is not turned.
    assert "Proof" not in ccp.send("GET", WORKER).text


def test_a_proof_of_what_was_not_answered(acme: Instance, ccp: Client) -> None:
    """The browser itself repeats a request whose connection broke: that is no copy."""
    acme.knobs.refuse_own = "header"
    key = re.findall(r"'([0-9a-f]{32})\.'", ccp.send("GET", f"{WORKER}&proof=1").text)[0]
    ccp.more = {"X-Connect-Proof": f"{key}.1"}
    acme.knobs.put = "dropped"
    with pytest.raises(http.client.RemoteDisconnected):
        ccp.put(acme.agent, "Lunch")
    acme.knobs.put = "ok"
    assert not refused(ccp.put(acme.agent, "Lunch"))


def test_refused_by_cookies(acme: Instance, ccp: Client) -> None:
    """Taken with the session's cookie, which is the page's site's and no other's."""
    acme.knobs.refuse_own = "cookies"
    removed, made = ccp.load_ccp().cookies
    assert "Max-Age=0" in removed
    assert "Partitioned" in made
    assert not refused(ccp.call("GetAgentConfiguration"))
    ccp.cookie = ""
    assert refused(ccp.call("GetAgentConfiguration"))
    ccp.cookie = "simulated-session=forged"
    assert refused(ccp.put(acme.agent, "Offline"))
    assert acme.agent.state.name == "Available"


# Answers that are none


def test_a_page_for_an_answer(acme: Instance, ccp: Client) -> None:
    """Status 200, and a web page: the agent is as they were."""
    acme.knobs.put = "page"
    answer = ccp.put(acme.agent, "Offline")
    assert (answer.status, answer.kind) == (200, "text/html")
    assert acme.agent.state.name == "Available"
    assert ccp.username() == "alex"


def test_a_proxy_before_everything(acme: Instance, ccp: Client) -> None:
    """The page comes for every call of the API, whatever else is the matter."""
    acme.knobs.proxy_page = True
    acme.revoke_tokens()
    for method in ("GetAgentSnapshot", "GetAgentConfiguration", "SendClientLogs", "PutAgentState"):
        answer = ccp.call(method)
        assert (answer.status, answer.kind) == (200, "text/html")


# Periods


def test_a_missed_call(acme: Instance, ccp: Client) -> None:
    """An error state without an ARN and without a contact, until the agent chooses another."""
    acme.miss_call()
    snapshot = ccp.snapshot()
    assert (snapshot["state"]["name"], snapshot["state"]["type"]) == ("MissedCallAgent", "error")
    assert "agentStateARN" not in snapshot["state"]
    assert snapshot["contacts"] == []
    acme.knobs.states = [*acme.knobs.states, ("Break", "not_routable")]
    assert acme.agent.state.type == "error"
    assert ccp.put(acme.agent, "Offline").status == 200
    assert acme.agent.state.name == "Offline"


def test_a_call_that_was_abandoned(acme: Instance, ccp: Client) -> None:
    """The same state, begun anew; nobody rings an agent who takes no calls."""
    before = ccp.snapshot()["state"]
    time.sleep(0.01)
    acme.ring_and_abandon()
    after = ccp.snapshot()["state"]
    assert after.pop("startTimestamp") > before.pop("startTimestamp")
    assert after == before
    acme.set_state("Lunch")
    with pytest.raises(ValueError, match="Lunch"):
        acme.ring_and_abandon()


def test_times_are_true(acme: Instance, ccp: Client) -> None:
    """A period's beginning moves with the state, and with nothing else."""
    begun = time.time()
    acme.set_state("Lunch")
    first = ccp.snapshot()
    assert begun <= first["state"]["startTimestamp"] <= first["snapshotTimestamp"] <= time.time()
    time.sleep(0.01)
    acme.call_elsewhere()
    on_call = ccp.snapshot()
    assert on_call["state"]["startTimestamp"] > first["state"]["startTimestamp"]
    # What was chosen before the call is still told, with its own time.
    chosen = {"state": "Lunch", "timeStamp": first["state"]["startTimestamp"]}
    assert on_call["agentAvailabilityState"] == chosen
    time.sleep(0.01)
    ccp.put(acme.agent, "Offline", enqueue=True)
    queued = ccp.snapshot()
    assert queued["nextState"]["name"] == "Offline"
    assert queued["state"] == on_call["state"]


@pytest.mark.parametrize("shown", [True, False])
def test_a_missed_contact(acme: Instance, ccp: Client, shown: bool) -> None:
    """Shown until another state is chosen, or not; it is nobody's work, and keeps no state away."""
    acme.ring()
    assert ccp.snapshot()["state"]["name"] == "PendingBusy"
    assert [contact["state"]["type"] for contact in ccp.snapshot()["contacts"]] == ["connecting"]
    assert ccp.put(acme.agent, "Offline").json()["__type"] == "InvalidStateException"
    acme.miss_call(shown)
    assert [contact["state"]["type"] for contact in ccp.snapshot()["contacts"]] == (["missed"] if shown else [])
    assert ccp.put(acme.agent, "Offline").status == 200
    assert (ccp.snapshot()["state"]["name"], ccp.snapshot()["contacts"]) == ("Offline", [])


@pytest.mark.parametrize(
    ("arns", "chosen", "system", "following"),
    [
        ("listed", True, False, True),
        ("null", False, False, True),
        ("null_next", True, False, False),
        ("null_both", False, False, False),
        ("system", True, True, True),
    ],
)
def test_which_states_have_an_arn(
    acme: Instance, ccp: Client, arns: str, chosen: bool, system: bool, following: bool
) -> None:
    """In a snapshot; the list has all of those that can be chosen."""
    acme.knobs.state_arns = arns
    assert bool(ccp.snapshot()["state"]["agentStateARN"]) == chosen
    acme.start_call()
    assert bool(ccp.snapshot()["state"].get("agentStateARN")) == system
    ccp.put(acme.agent, "Lunch", enqueue=True)
    assert bool(ccp.snapshot()["nextState"]["agentStateARN"]) == following
    assert all(state["agentStateARN"] for state in ccp.call("GetAgentStates").json()["states"])


def test_a_token_lives_so_long(acme: Instance, ccp: Client) -> None:
    """And is refused afterwards; the session goes on."""
    acme.knobs.token_seconds = 0.05
    ccp.authorize()
    time.sleep(0.06)
    assert ccp.call("GetAgentStates").status == 401
    acme.knobs.token_seconds = 3600
    ccp.authorize()
    assert ccp.call("GetAgentStates").status == 200


# Contacts


def test_a_contact_keeps_its_id(acme: Instance, ccp: Client) -> None:
    """Live or in after-contact work, it is the same one; the next is another."""
    acme.call_elsewhere()
    (live,) = ccp.snapshot()["contacts"]
    acme.end_call()
    (ended,) = ccp.snapshot()["contacts"]
    assert live["contactId"] == ended["contactId"]
    assert (live["state"]["type"], ended["state"]["type"]) == ("connected", "ended")
    acme.clear_contact()
    acme.call_elsewhere()
    (other,) = ccp.snapshot()["contacts"]
    assert other["contactId"] != live["contactId"]


def test_a_live_contact(acme: Instance, ccp: Client) -> None:
    """Only the next state can be chosen; it follows when the contact is over."""
    acme.start_call()
    answer = ccp.put(acme.agent, "Offline")
    assert (answer.status, answer.json()["__type"]) == (400, "InvalidStateException")
    assert ccp.put(acme.agent, "Offline", enqueue=True).status == 200
    assert (acme.agent.state.name, acme.knobs.contact) == ("Busy", "call")
    acme.end_call()
    acme.clear_contact()
    assert (acme.agent.state.name, acme.knobs.contact) == ("Offline", None)


@pytest.mark.parametrize("enqueue", [False, True])
def test_after_contact_work_alone_ends(acme: Instance, ccp: Client, enqueue: bool) -> None:
    """By AWS's guide a status that is chosen clears it and applies at once, as the next status or not."""
    acme.acw_elsewhere("chat")
    assert (acme.agent.state.name, acme.knobs.contact) == ("AfterCallWork", "chat_acw")
    assert ccp.put(acme.agent, "Offline", enqueue).status == 200
    snapshot = ccp.snapshot()
    assert snapshot["state"]["name"] == "Offline"
    assert snapshot["contacts"] == []
    assert "nextState" not in snapshot


def test_after_contact_work_that_is_kept(acme: Instance, ccp: Client) -> None:
    """The knob's other way: the next state waits until the work is done; without that wish it ends."""
    acme.knobs.acw_next_state = "keeps"
    acme.acw_elsewhere("voice")
    assert ccp.put(acme.agent, "Offline", enqueue=True).status == 200
    assert acme.knobs.contact == "acw"
    assert acme.agent.next_state == acme.agent.find("Offline")
    assert ccp.put(acme.agent, "Lunch").status == 200
    snapshot = ccp.snapshot()
    assert (snapshot["state"]["name"], snapshot["contacts"]) == ("Lunch", [])
    assert "nextState" not in snapshot


@pytest.mark.parametrize("acw_next_state", ["keeps", "ends"])
def test_after_contact_work_beside_a_live_contact(acme: Instance, ccp: Client, acw_next_state: str) -> None:
    """The next state clears what is in after-contact work, and the live one stays."""
    acme.knobs.acw_next_state = acw_next_state
    acme.acw_elsewhere("chat")
    acme.call_elsewhere()
    assert (acme.agent.state.name, acme.knobs.contact) == ("Busy", "call")
    assert [contact.live for contact in acme.agent.contacts] == [False, True]
    assert ccp.put(acme.agent, "Offline").status == 400
    assert len(acme.agent.contacts) == 2
    live = acme.agent.contacts[1].id
    assert ccp.put(acme.agent, "Offline", enqueue=True).status == 200
    snapshot = ccp.snapshot()
    assert [contact["contactId"] for contact in snapshot["contacts"]] == [live]
    assert (snapshot["state"]["name"], snapshot["nextState"]["name"]) == ("Busy", "Offline")


# Pages


def test_a_site_that_is_not_connects(connect: SimulatedConnect, acme: Instance) -> None:
    """A company's own site frames what it wants; an instance has none of those pages."""
    shop = Client(connect.port, "shop.example.com")
    log_out = f"{acme.origin}/connect/logout"
    page = shop.send("GET", f"/frame-logout?url={log_out}").text
    assert page.count(f'src="{log_out}"') == 3
    assert acme.ccp_url[:-1] in shop.send("GET", f"/framed?every=5000&ccp={acme.ccp_url[:-1]}").text
    assert shop.send("GET", "/blank").status == 200
    assert Client(connect.port, acme.host).send("GET", "/blank").status == 404
