"""Proof of the ledger: every award recomputed from the facts, every balance from the transfers."""
