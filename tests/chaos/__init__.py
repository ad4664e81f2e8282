"""Chaos: a real server under load, its parts killed and stopped by a seed, and a proof that nothing promised was lost."""
