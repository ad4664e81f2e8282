"""The one base of everything the gateway raises on purpose."""


class BridgeError(Exception):
    """Something the gateway can name: what it was about, and what to do."""
