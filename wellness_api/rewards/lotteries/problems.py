"""What can be wrong with a question about lotteries."""


class NoSuchLottery(Exception):
    """The programme has no seeds of daily lotteries."""

    def __init__(self, programme: str) -> None:
        super().__init__(f"No daily lottery has been prepared for {programme!r}.")
