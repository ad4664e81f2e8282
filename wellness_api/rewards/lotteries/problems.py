"""Why a request about lotteries is refused."""

from wellness_api.http.refused import Refused


class NoSuchLottery(Refused):
    """The programme has no seeds of daily lotteries."""

    code = "no_such_lottery"
    status = 404
    title = "There is no such lottery"
    field = "programme"
    limit = "a programme with a daily lottery"
    detail = "No daily lottery has been prepared for {programme!r}."

    def __init__(self, programme: str) -> None:
        super().__init__(programme=programme)
