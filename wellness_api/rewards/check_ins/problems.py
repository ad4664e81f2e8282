"""What can be wrong with a class or with its code. The answer to a list says what is wrong with an entry."""

from wellness_api.http.refused import Refused


class CheckInRefused(Refused):
    """The request about the class cannot be carried out."""

    title = "This cannot be done with the class"
    kept = "Nothing was kept."


class ClassNotOpen(CheckInRefused):
    """Nobody can check in to the class now."""

    code = "class_not_open"
    status = 404
    field = "class_id"
    limit = "a class that is open now"
    detail = "This class is not open at the moment; GET /v1/classes says when it is."


class WrongClassCode(CheckInRefused):
    """No screen shows the code now."""

    code = "wrong_class_code"
    status = 422
    field = "code"
    limit = "the code that is on the screen now"
    detail = (
        "This code is not on any screen now. It changes every minute; type the one that you see."
    )


class InvalidClass(CheckInRefused):
    """The sessions of the class are impossible."""

    code = "invalid_class"
    status = 422
