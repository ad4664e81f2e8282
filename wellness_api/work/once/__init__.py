"""Requests that are sent again: carried out once, and answered the same each time."""
