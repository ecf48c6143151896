"""macOS: configuration profiles for a device management to distribute.

Chromium's ``policy_loader_mac.mm``: a browser's policies are the managed preferences of its own domain, an extension's
settings those of the domain ``<browser>.extensions.<id>``; ``3rdparty`` counts for nothing here. Firefox: Mozilla's
``policy-templates`` for macOS, domain ``org.mozilla.firefox``, with ``EnterprisePoliciesEnabled``. The keys around them
are Apple's "Configuration Profile Reference". The identifiers are made of the names, so that a later profile replaces
an earlier one.
"""

import plistlib
import uuid
from typing import Any

from tools.policies import firefox
from tools.policies.browsers import CHECK, CHROME, EDGE, extension_settings
from tools.policies.rollout import NAME, TITLE, Rollout

DOMAINS = {CHROME: "com.google.Chrome", EDGE: "com.microsoft.Edge"}
FIREFOX_DOMAIN = "org.mozilla.firefox"


def files(rollout: Rollout) -> dict[str, bytes]:
    """The files for macOS, by their path."""
    made = {"macos/README.txt": _readme(rollout).encode()}
    for browser, domain in DOMAINS.items():
        payloads: dict[str, dict[str, Any]] = {domain: {"ExtensionSettings": extension_settings(browser, rollout)}}
        if rollout.settings:
            payloads[f"{domain}.extensions.{rollout.id}"] = rollout.settings
        made[f"macos/{NAME}-{browser.folder}.mobileconfig"] = _profile(browser.title, rollout.id, payloads)
    if rollout.firefox_url:
        payloads = {FIREFOX_DOMAIN: {"EnterprisePoliciesEnabled": True, **firefox.policies(rollout)}}
        made[f"macos/{NAME}-firefox.mobileconfig"] = _profile("Firefox", rollout.firefox_id, payloads)
    return made


def _profile(browser: str, extension: str, payloads: dict[str, dict[str, Any]]) -> bytes:
    identifier = f"{NAME}.{browser.lower().replace(' ', '-')}.{extension}"
    profile = {
        **_frame("Configuration", identifier, f"{TITLE} for {browser}"),
        "PayloadScope": "System",
        "PayloadContent": [
            {**content, **_frame(domain, f"{identifier}.{domain}", f"{TITLE}: {domain}")}
            for domain, content in payloads.items()
        ],
    }
    return plistlib.dumps(profile)


def _frame(kind: str, identifier: str, title: str) -> dict[str, Any]:
    """The keys every payload has."""
    return {
        "PayloadDisplayName": title,
        "PayloadIdentifier": identifier,
        "PayloadType": kind,
        "PayloadUUID": str(uuid.uuid5(uuid.NAMESPACE_DNS, identifier)).upper(),
        "PayloadVersion": 1,
    }


def _readme(rollout: Rollout) -> str:
    firefox_too = " In Firefox, open about:policies." if rollout.firefox_url else ""
    return f"""\
{TITLE} on macOS
Extension {rollout.id}

Give each .mobileconfig to your device management (Intune, Jamf and others) as a custom configuration profile for the
whole device. Chrome and Edge install an extension from your own server only on a Mac that is under device management; a
profile that somebody installs by hand shows the settings, but does not bring the extension.

If another profile sets ExtensionSettings for the same browser, it is not certain which one counts: put the entry of
this extension into that profile, and keep of this one the part with the settings alone.

{CHECK}{firefox_too}

To change settings, distribute the new file: it replaces the old profile. To take it back, remove the profile.
"""
