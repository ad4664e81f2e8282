"""Turns what was sent into what a day comes to."""
