"""The one base of what can go wrong in a way that the person at the keyboard can mend."""


class Trouble(Exception):
    """Shown as one plain line without a traceback; the message says what to do next."""
