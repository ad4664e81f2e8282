"""The day turn: what is decided for everybody when a day is over."""
