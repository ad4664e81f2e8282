"""The only base of errors that the gateway raises on purpose."""


class BridgeError(Exception):
    """An error that the gateway can name: what it was about, and what to do."""
