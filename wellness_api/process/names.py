"""What things are called."""

import msgspec


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """A name for people, Japanese first."""

    ja: str
    en: str
