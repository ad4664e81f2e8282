"""Why a span cannot be settled."""

from datetime import date

from wellness_api.rewards.redemptions.problems import RewardRefused


class NothingToSettle(RewardRefused):
    """Everything that was confirmed in the span is in a settlement already."""

    code = "nothing_to_settle"
    status = 409
    field = "to"
    limit = "days on which something was confirmed that is in no settlement"
    detail = "Nothing that was confirmed on these days is open."


class TooMuchToSettle(RewardRefused):
    """The span has more redemptions than one file should hold."""

    code = "too_much_to_settle"
    status = 422
    field = "to"
    limit = "{redemptions_max} redemptions in a settlement"
    detail = "More was confirmed on these days than fits into one settlement: settle fewer days at a time."

    def __init__(self, redemptions_max: int) -> None:
        super().__init__(redemptions_max=redemptions_max)


class InvalidSettlementSpan(RewardRefused):
    """The span is empty or not over; in a span that is not over, redemptions could still be added."""

    code = "invalid_span"
    status = 422
    field = "to"
    limit = "`from` or later, before {city_day}"
    detail = "The span has no days, or its last day is not over yet."

    def __init__(self, city_day: date) -> None:
        super().__init__(city_day=city_day)
