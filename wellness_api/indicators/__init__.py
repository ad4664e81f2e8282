"""Indicators: anonymous figures by zone, and the control that decides which of them may be seen."""

from typing import Final

from wellness_api.process.commands import Command

COMMANDS: Final = (Command("City", "zones", "Add the city's zones from GeoJSON."),)
