"""What a client is told about a request that cannot be carried out. There is one class for each kind of refusal."""

from typing import ClassVar

from points.said import Said
from wellness_api.words.telling import told


class Refused(Exception):
    """The base of refusals. A kind states what all its reports share; whoever raises it states the rest.

    `code`: the report's type, stable and made for programs. `title`: that of the kind. `kept`: what became of what was
    sent, the last sentence of the report. `comes_back`: the same request may be taken later, so the report says when.
    `field`, `limit`, `detail`: where, what would do, and what to do next. Where the kind states them, `{names}` in them
    stand for what is `said` when it is raised. Without a field the report names none. Where the detail is raised as a
    message, `sentence` is that message, and whoever asks for a language is told it.
    """

    code: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]
    kept: ClassVar[str] = ""
    comes_back: ClassVar[bool] = False
    field: str = ""
    limit: str = ""
    detail: str = ""
    retry_seconds: int | None = None
    """When the client may ask again, where that is known."""

    def __init__(
        self,
        *,
        field: str | None = None,
        limit: str | None = None,
        detail: str | Said | None = None,
        **said: object,
    ) -> None:
        self.said = said
        self.field = self.field.format(**said) if field is None else field
        self.limit = self.limit.format(**said) if limit is None else limit
        self.sentence = detail if isinstance(detail, Said) else None
        if isinstance(detail, Said):
            self.detail = told(detail, None)
        else:
            self.detail = self.detail.format(**said) if detail is None else detail
        super().__init__(self.detail)
