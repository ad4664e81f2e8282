"""The receipt of a day: for each figure, what each source sent and what became of it."""
