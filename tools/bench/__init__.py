"""``build.py bench``: what becomes of the agent, with and without the extension, in every way to leave."""
