"""How fast the heart is, beside the least that the same database could do. See docs/performance.md."""
