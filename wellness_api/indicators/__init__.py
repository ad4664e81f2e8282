"""Indicators: anonymous figures by zone, and the control that decides which of them may be seen."""
