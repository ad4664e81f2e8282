"""The day turn: what the system decides for everybody when a day is over."""
