"""The popup: the warning an agent reads."""
