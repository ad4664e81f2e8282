"""Figures: what a day comes to, each in one respect."""
