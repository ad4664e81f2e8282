"""Day summaries: what a resident's day amounts to, across sources."""
