"""Samples: take uploads, keep them as compressed segments, read a day back merged."""
