"""FIT files of Garmin and others."""
