"""What build.py does: set-up, compiling, bundling, the demo, the checks."""
