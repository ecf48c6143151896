"""The options page: which settings are in force, where they come from, and whether the set-up works."""
