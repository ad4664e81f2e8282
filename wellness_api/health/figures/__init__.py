"""Figures: what a day comes to, one respect each."""
