"""Rows: the plainest form, for a first client."""
