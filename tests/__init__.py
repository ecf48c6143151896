"""Tests: pure rules in both dialects, the build, and the extension in a browser."""
