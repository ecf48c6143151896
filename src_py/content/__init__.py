"""The border between the page's world and ours."""
