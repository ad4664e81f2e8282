"""The only base of errors that the person at the keyboard can mend."""


class Trouble(Exception):
    """Shown as one plain line without a traceback; the message says what to do next."""
