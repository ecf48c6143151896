"""The page hook: what runs in the CCP page's own world."""
