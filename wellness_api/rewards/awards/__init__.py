"""Programmes, the ledger and the wallet."""
