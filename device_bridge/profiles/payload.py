"""Walks through a payload field by field; all Bluetooth GATT fields are little-endian."""

from datetime import date, datetime, time
from typing import Final

from device_bridge.ieee11073 import sfloat
from device_bridge.profiles.reading import TruncatedPayload

_DATE_TIME_BYTES: Final = 7
_YEAR_MIN: Final = 1582  # The least year of the characteristic Date Time (0x2A08).


class Payload:
    """A cursor over one notified value. Each read names its field, so that an error can name it.

    `date_broken`: a date was read that does not exist, such as 29 February of a common year.
    """

    def __init__(self, data: bytes) -> None:
        self.date_broken = False
        self._data = data
        self._at = 0

    def unsigned(self, field: str, *, size_bytes: int) -> int:
        """The next unsigned integer."""
        return int.from_bytes(self._take(field, size_bytes), "little")

    def sfloat(self, field: str) -> float:
        """The next SFLOAT, with special values as NaN and infinities."""
        return sfloat(self.unsigned(field, size_bytes=2))

    def date_time(self, field: str) -> datetime | None:
        """The next Date Time (0x2A08); None when the device does not know the day, or tells one that does not exist.

        The value beside a broken date is as good as any, so a broken date is no error.
        """
        raw = self._take(field, _DATE_TIME_BYTES)
        year, (month, day, hour, minute, second) = int.from_bytes(raw[:2], "little"), raw[2:]
        if 0 in (year, month, day):  # The characteristic's own "not known".
            return None
        try:
            told = datetime.combine(date(year, month, day), time(hour, minute, second))
        except ValueError:
            self.date_broken = True
            return None
        if year < _YEAR_MIN:
            self.date_broken = True
            return None
        return told

    def skip(self, field: str, *, size_bytes: int) -> None:
        """Steps over a field that a reading does not need, but that must be there."""
        self._take(field, size_bytes)

    def _take(self, field: str, size_bytes: int) -> bytes:
        end = self._at + size_bytes
        if end > len(self._data):
            raise TruncatedPayload(field, needed_bytes=end, given_bytes=len(self._data))
        taken, self._at = self._data[self._at : end], end
        return taken
