"""The only place that speaks to the browser: thin wrappers, and the types of its globals."""
