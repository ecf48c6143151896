"""Pure rules, no browser: they run under CPython and, compiled, as JavaScript."""
