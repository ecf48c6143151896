"""The Google Admin console: the settings as JSON to paste; the installation is chosen on its pages.

Chromium's "Configuring Apps and Extensions by Policy": an object that maps each setting to ``{"Value": …}``.
"""

import json

from tools.policies.rollout import NAME, TITLE, Rollout


def files(rollout: Rollout) -> dict[str, bytes]:
    """The files for the Google Admin console, by their path."""
    settings = {key: {"Value": value} for key, value in rollout.settings.items()}
    text = json.dumps(settings, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    return {
        f"google-admin/{NAME}.json": text.encode(),
        "google-admin/README.txt": _readme(rollout).encode(),
    }


def _readme(rollout: Rollout) -> str:
    return f"""\
{TITLE} by the Google Admin console
Extension {rollout.id}

1. Devices > Chrome > Apps & extensions > Users & browsers; choose the organizational unit.
2. Add a Chrome app or extension by its ID, from a custom URL:
       ID   {rollout.id}
       URL  {rollout.update_url}
3. Installation policy: Force install + pin to browser toolbar.
4. Paste the text of {NAME}.json into "Policy for extensions", and save.

To check, open chrome://policy on a machine and press "Reload policies": the settings stand under the name of the
extension once it is installed. chrome://extensions shows the extension as installed by enterprise policy.

To take it back, choose another installation policy, or remove the extension from the list.
"""
