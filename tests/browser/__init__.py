"""The built extension in a real browser, against simulated instances."""
