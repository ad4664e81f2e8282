"""Samples: takes uploads, keeps them as compressed segments, and reads a day back merged."""
