"""Corrections by the resident: samples taken back by their span or source, and samples of a clock that was wrong."""
