"""Day summaries: what a resident's day comes to, over all sources."""
