"""The background: journal, observation, outcome, warning."""
