"""Corrections by the resident: samples deleted by span or source, and samples moved whose clock was wrong."""
