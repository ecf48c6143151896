"""What all Chromium-based browsers share: the policy that installs an extension, and pins it."""

from dataclasses import dataclass
from typing import Any

from tools.policies.rollout import Rollout


@dataclass(frozen=True)
class Browser:
    """One browser.

    Attributes:
        folder: its name in paths of ours.
        title: its name for people.
        pin: the field, and its value, that keeps the button in the toolbar.
    """

    folder: str
    title: str
    pin: tuple[str, str]


_CHROMIUM_PIN = ("toolbar_pin", "force_pinned")
CHROME = Browser("chrome", "Google Chrome", _CHROMIUM_PIN)
CHROMIUM = Browser("chromium", "Chromium", _CHROMIUM_PIN)
EDGE = Browser("edge", "Microsoft Edge", ("toolbar_state", "force_shown"))

CHECK = """\
To check, open chrome://policy (edge://policy) and press "Reload policies": ExtensionSettings shows Status OK, and the
settings stand under the name of the extension once it is installed. A setting that is missing there has a wrong value:
the browser leaves it out without a word. chrome://extensions (edge://extensions) shows the extension as installed by
enterprise policy."""


def extension_settings(browser: Browser, rollout: Rollout) -> dict[str, Any]:
    """The value of the policy ``ExtensionSettings``: installed by force, from our address for good, and pinned.

    Chromium's ``ExtensionSettings.yaml`` and Microsoft's "Detailed guide to the ExtensionSettings policy" name the
    fields. ``override_update_url`` makes the address count for updates too, not for the first installation alone, so
    that a server can move; the browsers ignore it for their own stores. This policy takes the place of
    ``ExtensionInstallForcelist`` for the ids it names.
    """
    field, value = browser.pin
    return {
        rollout.id: {
            "installation_mode": "force_installed",
            "update_url": rollout.update_url,
            "override_update_url": True,
            field: value,
        }
    }
