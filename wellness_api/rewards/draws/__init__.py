"""Draws: prizes by chance, whose winners anyone can check; and the seeds of the daily lotteries."""
