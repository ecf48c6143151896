"""The script of the extension's own pages."""
