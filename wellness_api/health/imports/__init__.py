"""Imports: a file too large for one upload comes in parts, and the worker reads it."""
