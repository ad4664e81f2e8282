"""A town of simulated people that lives, for the demo, benchmarks and tests."""
