"""What build.py does: set-up, compiling, bundling, packing, the demo, the checks."""
