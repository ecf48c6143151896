"""Our dialog in the CCP."""
