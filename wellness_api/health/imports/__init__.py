"""Imports: files too large for one upload come in parts, and the worker reads them."""
