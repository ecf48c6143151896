"""The pages an instance serves. The CCP leaves no global of its own behind."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from .instance import Instance

LIBRARY_PATH = "/connect/static/connect-streams.js"
WORKER_PATH = "/connect/static/worker.js"
SESSION_SECONDS = 12 * 3600
AUTH_COOKIE = "lily-auth-simulated"

_STYLE = """
body { font: 15px/1.4 system-ui, sans-serif; margin: 0; background: #f2f3f3; color: #16191f }
main { width: 320px; min-height: 420px; margin: 0 auto; background: #fff; padding: 16px }
header { background: #0b6b3a; color: #fff; margin: -16px -16px 16px; padding: 12px 16px }
body[data-state-type="offline"] header { background: #545b64 }
body[data-state-type="not_routable"] header { background: #b7472a }
body[data-state-type="system"] header { background: #0073bb }
#state { font-size: 22px; font-weight: 600 }
#states { display: grid; gap: 8px; margin: 16px 0 }
button { font: inherit; padding: 8px; border: 1px solid #879596; border-radius: 3px }
footer { font-size: 13px; color: #545b64 }
iframe { border: 1px solid #879596; width: 360px; height: 520px }
"""

# The part of the CCP that talks to Streams; CONFIG is put in by `ccp()`.
_CCP_SCRIPT = """
(function () {
  var config = CONFIG;
  var byId = function (id) { return document.getElementById(id); };
  var current = null;

  function choose(state) {
    document.body.dataset.lastSet = 'pending';
    current.setState(state, {
      success: function () { document.body.dataset.lastSet = 'success'; },
      failure: function (error) {
        var type = '';
        try { type = JSON.parse(error).type; } catch (e) { type = String(error); }
        document.body.dataset.lastSet = 'failure:' + type;
      }
    }, current.getContacts().length ? { enqueueNextState: true } : undefined);
  }

  function render(agent) {
    current = agent;
    var state = agent.getState();
    var next = agent.getNextState();
    var contacts = agent.getContacts();
    document.body.dataset.state = state.name;
    document.body.dataset.stateType = state.type;
    byId('agent').textContent = agent.getName();
    byId('state').textContent = state.name;
    byId('next-state').textContent = next ? 'Next: ' + next.name : '';
    byId('contact').textContent = contacts.length
      ? 'Contact: ' + contacts[0].getType() + ', ' + contacts[0].getState().type : 'No contact';
    var list = byId('states');
    var states = agent.getAgentStates();
    var key = JSON.stringify(states);
    if (list.dataset.key !== key) {
      list.dataset.key = key;
      list.textContent = '';
      states.forEach(function (each) {
        var button = document.createElement('button');
        button.type = 'button';
        button.textContent = each.name;
        button.dataset.setState = each.name;
        button.addEventListener('click', function () { choose(each); });
        list.appendChild(button);
      });
    }
  }

  function start() {
    connect.core.initSharedWorker(config);
    connect.agent(function (agent) {
      agent.onRefresh(render);
      agent.onStateChange(function (change) { render(change.agent); });
      render(agent);
    });
  }

  function load() {
    var script = document.createElement('script');
    script.src = config.libraryUrl;
    script.addEventListener('load', start);
    document.head.appendChild(script);
  }

  function logOut() {
    fetch(config.logoutUrl, { credentials: 'include', redirect: 'manual' }).then(function () {
      connect.core.getEventBus().trigger(connect.EventType.TERMINATE);
    });
  }

  byId('log-out').addEventListener('click', function () {
    if (!config.offlineFirst) { logOut(); return; }
    var offline = current.getAgentStates().find(function (state) { return state.type === 'offline'; });
    current.setState(offline, { success: logOut, failure: logOut });
  });
  // As a page that lives does which ends the library and starts it again: a test sends this event.
  document.addEventListener('begin-anew', function () { connect.core.terminate(); start(); });
  if (config.loading === 'normal') { start(); }
  if (config.loading === 'late') { setTimeout(load, config.lateMs); }
})();
"""

_THROWING_STREAMS = """
window.connect = (function () {
  function broken() { throw new Error('Streams is broken'); }
  return {
    agent: broken, contact: broken, isFramed: broken, hasOtherConnectedCCPs: broken,
    core: { getEventBus: broken, getUpstream: broken, initSharedWorker: broken },
    EventType: {}, AgentEvents: {}
  };
})();
"""

_LEAVE_DIALOG = """
addEventListener('beforeunload', function (event) {
  event.preventDefault();
  event.returnValue = 'Leave?';
});
"""


# The company page's CCP frame, which it can take away and put back as Streams does (`_replaceCCPIframe`).
_FRAME_SCRIPT = """
(function () {
  var config = CONFIG;
  function frame() { return document.getElementById('ccp'); }
  window.removeFrame = function () { var old = frame(); if (old) { old.remove(); } };
  window.addFrame = function () {
    var made = document.createElement('iframe');
    made.id = 'ccp';
    made.title = 'CCP';
    made.allow = 'microphone';
    made.src = config.url;
    document.getElementById('frames').appendChild(made);
  };
  window.replaceFrame = function () { removeFrame(); addFrame(); };
  if (config.every) { setInterval(window.replaceFrame, config.every); }
})();
"""

# A company's page that embeds the CCP by the library, as AWS's documentation of `initCCP` has it, and logs out as
# public examples do. `replaceFrame()` is what the library does itself where the CCP is slow to answer: 2.x puts another
# frame there, 1.x loads the same one anew.
_EMBED_SCRIPT = """
(function () {
  var config = CONFIG;
  var container = document.getElementById('frames');
  var params = {
    ccpUrl: config.url, loginPopup: false, ccpLoadTimeout: config.patience, softphone: { allowFramedSoftphone: false },
    // The banner that asks for cookies, which releases between 1.8 and 2 show unless told: no page of ours plays it.
    storageAccess: { canRequest: false }
  };
  connect.core.initCCP(container, params);
  window.replaceFrame = function () {
    if (connect.core._replaceCCPIframe) { connect.core._replaceCCPIframe(container, params); }
    else { container.querySelector('iframe').src = config.url; }
  };
  connect.agent(function (agent) {
    function show() { document.body.dataset.state = agent.getState().name; }
    agent.onRefresh(show);
    show();
  });
  document.getElementById('log-out').addEventListener('click', function () {
    fetch(config.logoutUrl, { credentials: 'include', mode: 'no-cors' }).then(function () {
      connect.core.getEventBus().trigger(connect.EventType.TERMINATE);
    });
  });
})();
"""

_MAIL_AND_TEL = '<a id="mail" href="mailto:jane@example.com">Mail</a> <a id="tel" href="tel:+15550100">Call</a>'


def library_url(version: str) -> str:
    """The library's address; the version is in it because it may be cached."""
    return f"{LIBRARY_PATH}?v={version}"


def ccp(instance: Instance, token: str, expires: float, v2: bool) -> str:
    """The CCP, rendered for one sign-in."""
    knobs = instance.knobs
    config = {
        # One address for all pages, so that they share one worker.
        "sharedWorkerUrl": f"{WORKER_PATH}?v={knobs.streams}" + ("&proof=1" if knobs.refuse_own == "header" else ""),
        "authToken": token,
        "authTokenExpiration": int(expires * 1000),
        "refreshToken": "simulated-refresh",
        "region": "us-east-1",
        "authorizeEndpoint": f"{instance.base}/auth/authorize",
        "agentAppEndpoint": f"{instance.origin}/agent-app/api",
        # Only the newer library asks for it, and its worker is dead without it.
        "taskTemplatesEndpoint": f"{instance.origin}{instance.base}/task-templates/api/ccp",
        "authCookieName": AUTH_COOKIE,
        "libraryUrl": library_url(knobs.streams),
        "logoutUrl": f"{instance.base}/logout",
        "offlineFirst": knobs.logout_sets_offline,
        "loading": knobs.streams_loading,
        "lateMs": knobs.late_ms,
    }
    head = []
    if knobs.page_script:
        head.append(f"<script>{knobs.page_script}</script>")
    if knobs.leave_dialog:
        head.append(f"<script>{_LEAVE_DIALOG}</script>")
    if knobs.streams_loading == "normal":
        head.append(f'<script src="{library_url(knobs.streams)}"></script>')
    elif knobs.streams_loading == "throws":
        head.append(f"<script>{_THROWING_STREAMS}</script>")
    script = _CCP_SCRIPT.replace("CONFIG", _script_json(config))
    return _page(
        "Amazon Connect Contact Control Panel" + (" v2" if v2 else ""),
        f"""<main>
<header><span id="agent">Signing in</span></header>
<div id="state"></div>
<div id="next-state"></div>
<p id="contact"></p>
<div id="states"></div>
<footer><button type="button" id="log-out">Log out</button>
<a id="report" href="{instance.base}/report">Report</a> <a id="nothing" href="{instance.base}/nothing">Nothing</a>
{_MAIL_AND_TEL}
Simulated instance
{html.escape(instance.host)}</footer>
</main>
<script>{script}</script>""",
        "".join(head),
    )


def blank(instance: Instance) -> str:
    """Another page of the same host."""
    return _page("Blank", f"<main><p>Another page of {html.escape(instance.host)}.</p></main>")


def framed(instance: Instance, query: str) -> str:
    """A company's own page with the CCP in an iframe, and links that lead to no other page.

    `?ccp=URL` frames another host's; `?every=MS` takes the iframe away and puts a new one in its place, again
    and again. The page has `removeFrame()`, `addFrame()` and `replaceFrame()` for a script to call.
    """
    url = _asked(query, "ccp", instance.ccp_url)
    script = _FRAME_SCRIPT.replace("CONFIG", _script_json({"url": url, "every": int(_asked(query, "every", "0"))}))
    return _page(
        "Company desktop",
        f"""<main><header>Company desktop</header><p>Customer: Jane Doe</p></main>
<span id="frames"><iframe id="ccp" title="CCP" allow="microphone" src="{html.escape(url)}"></iframe></span>
<p>{_MAIL_AND_TEL} <a id="download" href="{instance.base}/report">Report</a></p>
<script>{script}</script>""",
    )


def embedded(query: str) -> str:
    """A company's own page in which Streams frames the CCP `?ccp=URL`, in its `?streams=VERSION`.

    `?patience=MS` is how long Streams waits for the CCP before it replaces its frame; its own default is 5 s.
    """
    url = _asked(query, "ccp", "")
    parts = urlsplit(url)
    base = "/connect" if parts.hostname and parts.hostname.endswith(".awsapps.com") else ""
    config = {
        "url": url,
        "patience": int(_asked(query, "patience", "5000")),
        "logoutUrl": f"{parts.scheme}://{parts.netloc}{base}/logout",
    }
    return _page(
        "Company desktop",
        f"""<main><header>Company desktop</header><p>Customer: Jane Doe</p>
<button type="button" id="log-out">Log out</button></main>
<div id="frames" style="width: 360px; height: 520px"></div>
<script>{_EMBED_SCRIPT.replace("CONFIG", _script_json(config))}</script>""",
        f'<script src="{html.escape(library_url(_asked(query, "streams", "")))}"></script>',
    )


def frame_logout(query: str) -> str:
    """A page that frames `?url=`, an instance's log-out for example, in each way a page may."""
    url = html.escape(_asked(query, "url", ""))
    return _page(
        "A page of its own",
        f"""<main><header>A page of its own</header></main>
<iframe id="plain" title="Plain" src="{url}"></iframe>
<iframe id="sandboxed" title="Sandboxed" sandbox src="{url}"></iframe>
<iframe id="credentialless" title="Credentialless" credentialless src="{url}"></iframe>""",
    )


def workspace(instance: Instance) -> str:
    """The agent workspace: the CCP is in frames of its own (public user scripts find the two named here)."""
    url = f"{instance.base}/ccp-v2"
    return _page(
        "Amazon Connect agent workspace",
        f"""<main><header>Agent workspace</header></main>
<iframe id="ccp" title="CCP" allow="microphone" src="{url}/channel-view/"></iframe>
<iframe title="Tasks" src="{url}/task-list"></iframe>""",
    )


def tasks(instance: Instance) -> str:
    """The workspace's list of tasks, which has no Streams."""
    return _page("Tasks", f"<main><p>No tasks at {html.escape(instance.host)}.</p></main>")


def moved(path: str) -> str:
    """A page that leads on by script."""
    return _page("Moved", "<main></main>", f"<script>location.replace({_script_json(path)});</script>")


def speculate(instance: Instance, query: str) -> str:
    """A page that has the browser prerender `?url=`, which must be of the same host, and a link there."""
    url = _asked(query, "url", instance.ccp_url)
    rules = {"prerender": [{"source": "list", "urls": [url], "eagerness": "immediate"}]}
    return _page(
        "Looking ahead",
        f"""<main><header>Looking ahead</header><p><a id="go" href="{html.escape(url)}">Go</a></p></main>""",
        f'<script type="speculationrules">{_script_json(rules)}</script>',
    )


def proxy() -> str:
    """What a proxy between the browser and the instance says in the instance's place, with status 200."""
    return _page("Network sign-in", "<main><header>Network sign-in</header><p>Please accept the terms.</p></main>")


def desktop(instance: Instance) -> str:
    """A company's own page that opens the CCP in a pop-up window of its own making."""
    frame = html.escape(f'<iframe src="{instance.ccp_url}" allow="microphone"></iframe>')
    return _page(
        "Company desktop",
        f"""<main><header>Company desktop</header>
<button type="button" id="open" data-frame="{frame}"
 onclick="open('about:blank', 'ccp', 'width=400,height=600').document.body.innerHTML = this.dataset.frame">
Open the CCP</button></main>""",
    )


def login(instance: Instance) -> str:
    """The sign-in form; sending it signs in and leads to the CCP."""
    return _page(
        "Sign in",
        f"""<main><header>Sign in to {html.escape(instance.host)}</header>
<form method="post" action="{instance.base}/login">
<p><label>Username <input name="username"></label></p>
<p><label>Password <input name="password" type="password"></label></p>
<p><button id="sign-in">Sign in</button></p></form></main>""",
    )


def _page(title: str, body: str, head: str = "") -> str:
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">{head}<title>{title}</title>
<style>{_STYLE}</style></head>
<body data-state="" data-state-type="">
{body}
</body></html>
"""


def _asked(query: str, name: str, default: str) -> str:
    return parse_qs(query).get(name, [default])[0]


def _script_json(value: object) -> str:
    return json.dumps(value).replace("<", "\\u003c")
