"""Charts as SVG made by the server: plain values in, safe text out. No database, no script, no style of their own.

What a chart shows, the page has in a table beside it, too.
"""
