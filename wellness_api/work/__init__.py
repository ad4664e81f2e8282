"""The work that is to be done, and the work that failed."""
