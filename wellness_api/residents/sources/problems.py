"""What can be wrong with a choice of sources."""


class InvalidChoice(Exception):
    """The choice cannot be kept: `field` says where, `limit` what would do."""

    def __init__(self, *, field: str, limit: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field
        self.limit = limit
