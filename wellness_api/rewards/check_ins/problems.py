"""What can be wrong with a class or with the code of one. What is wrong with an entry stands in the answer to the list."""


class CheckInProblem(Exception):
    """It cannot be done: `code` names the kind of problem, `field` says where, `limit` what would do."""

    def __init__(self, code: str, status: int, *, field: str, limit: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
        self.field = field
        self.limit = limit
        self.detail = detail
