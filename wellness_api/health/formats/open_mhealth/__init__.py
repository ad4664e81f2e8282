"""Open mHealth and IEEE 1752.1, in: data points."""
