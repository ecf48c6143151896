"""Starts the page it is in: the popup or the options.

One script for both: two would bring Transcrypt's runtime, which is most of either, twice.
"""

from browser.dom import is_there
from options.main import start as start_options
from popup.main import start as start_popup

if is_there("settings"):
    start_options()
else:
    start_popup()
