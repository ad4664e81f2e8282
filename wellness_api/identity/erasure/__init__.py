"""Leaving: a resident's wish to be erased, the erasure, and what removes the last traces from the database's files."""
