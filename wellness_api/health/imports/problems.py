"""Why an import is refused: by the API while the file is sent, by the worker when it reads the file."""

from wellness_api.http.refused import Refused


class ImportRefused(Refused):
    """The request concerning an import cannot be carried out."""

    title = "The import cannot go on like this"
    kept = "Nothing was changed."


class InvalidImport(ImportRefused):
    """There is no such file, or no such part of it."""

    code = "invalid_import"
    status = 422


class TooManyImports(ImportRefused):
    """The resident has as many unread files as one resident may have."""

    code = "too_many_imports"
    status = 409
    field = "body"
    limit = "{imports_max} imports that are not over"
    detail = "Wait until an import is read, or give one up: DELETE /v1/imports/{{id}}."

    def __init__(self, imports_max: int) -> None:
        super().__init__(imports_max=imports_max)


class PartDiffers(ImportRefused):
    """A part came twice with different content."""

    code = "part_differs"
    status = 409
    field = "number"
    limit = "the same content each time"
    detail = "Part {number} came before with other content. If the file changed, give the import up and open another."

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


class FileRefused(Exception):
    """The file cannot be read, or not to its end. `code` is for programs, `detail` says what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
