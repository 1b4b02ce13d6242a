"""How dates read, by language: Django asks here before its own formats."""
