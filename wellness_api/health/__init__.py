"""From what was sent to what a day comes to."""
