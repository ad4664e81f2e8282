"""What can be wrong with an upload as a whole. One wrong sample value is a refusal in the receipt instead."""


class InvalidUpload(Exception):
    """The upload cannot be taken: `field` says where, `limit` what would do. Nothing of it was kept."""

    def __init__(self, *, field: str, limit: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field
        self.limit = limit
        self.detail = detail
