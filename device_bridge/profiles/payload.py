"""Walks through a payload field by field; all Bluetooth GATT fields are little-endian."""

from datetime import date, datetime, time

from device_bridge.ieee11073 import sfloat
from device_bridge.profiles.reading import InvalidField, TruncatedPayload

_DATE_TIME_BYTES = 7


class Payload:
    """A cursor over one notified value. Each read names its field, so that an error can."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def unsigned(self, field: str, *, size_bytes: int) -> int:
        """The next unsigned integer."""
        return int.from_bytes(self._take(field, size_bytes), "little")

    def sfloat(self, field: str) -> float:
        """The next SFLOAT, special values as NaN and infinities."""
        return sfloat(self.unsigned(field, size_bytes=2))

    def date_time(self, field: str) -> datetime | None:
        """The next Date Time (0x2A08), or None when the device says that it does not know the day."""
        raw = self._take(field, _DATE_TIME_BYTES)
        year, (month, day, hour, minute, second) = int.from_bytes(raw[:2], "little"), raw[2:]
        if 0 in (year, month, day):  # The characteristic's own "not known".
            return None
        try:
            return datetime.combine(date(year, month, day), time(hour, minute, second))
        except ValueError as error:
            raise InvalidField(field, str(error)) from error

    def skip(self, field: str, *, size_bytes: int) -> None:
        """Steps over a field that has no place in a reading, which must all the same be there."""
        self._take(field, size_bytes)

    def _take(self, field: str, size_bytes: int) -> bytes:
        end = self._at + size_bytes
        if end > len(self._data):
            raise TruncatedPayload(field, needed_bytes=end, given_bytes=len(self._data))
        taken, self._at = self._data[self._at : end], end
        return taken
