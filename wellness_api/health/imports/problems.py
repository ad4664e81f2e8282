"""Why an import cannot be taken: by the API while the file is sent, by the worker when it reads the file."""


class ImportProblem(Exception):
    """What was asked of an import cannot be done: `field` says where, `limit` what would do. Nothing was changed."""

    def __init__(self, code: str, status: int, *, field: str, limit: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
        self.field = field
        self.limit = limit
        self.detail = detail


class FileRefused(Exception):
    """The file cannot be read, or not to its end. `code` is for programs, `detail` says what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
