"""What can be wrong with a class or with the code of one. What is wrong with an entry stands in the answer to the list."""

from wellness_api.http.refused import Refused


class CheckInRefused(Refused):
    """It cannot be done with the class."""

    title = "This cannot be done with the class"
    kept = "Nothing was kept."


class ClassNotOpen(CheckInRefused):
    """Nobody can check in there now."""

    code = "class_not_open"
    status = 404
    field = "class_id"
    limit = "a class that is open now"
    detail = "This class is not open at the moment; GET /v1/classes says when it is."


class WrongClassCode(CheckInRefused):
    """The code is on no screen now."""

    code = "wrong_class_code"
    status = 422
    field = "code"
    limit = "the code that is on the screen now"
    detail = (
        "This code is not on any screen now. It changes every minute; type the one that you see."
    )


class InvalidClass(CheckInRefused):
    """A class whose sessions cannot be."""

    code = "invalid_class"
    status = 422
