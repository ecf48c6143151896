"""``build.py policies``: ready files that bring the extension, and its settings, to a fleet of browsers."""
