"""Why a request about the catalogue cannot be carried out, in words for the staff who maintain it."""

from wellness_api.rewards.redemptions.problems import RewardRefused


class InvalidItem(RewardRefused):
    """The item cannot be stored."""

    code = "invalid_item"
    status = 422

    def __init__(self, field: str, limit: str, detail: str) -> None:
        super().__init__(field=field, limit=limit, detail=detail)


class VersionExists(RewardRefused):
    """A version is added once."""

    code = "version_exists"
    status = 409
    field = "version"
    limit = "{following}"
    detail = "A version that was added never changes; the next one of {item} is {following}."

    def __init__(self, item: str, *, following: int) -> None:
        super().__init__(item=item, following=following)


class NoCodes(RewardRefused):
    """Only vouchers have codes."""

    code = "no_codes"
    status = 409
    field = "item"
    limit = "an item of kind voucher_code"
    detail = (
        "{item} has no codes; say how many units there are: PUT /v1/catalogue/items/{item}/stock."
    )

    def __init__(self, item: str) -> None:
        super().__init__(item=item)


class NoUnits(RewardRefused):
    """Nobody counts this item's units by hand."""

    code = "no_units"
    status = 409
    field = "item"
    limit = "an item with units that are counted"
    detail = "{item} {why}."

    def __init__(self, item: str, *, is_unlimited: bool) -> None:
        super().__init__(
            item=item, why="is unlimited" if is_unlimited else "has a unit for each of its codes"
        )


class UnitsTaken(RewardRefused):
    """More units are taken than the new stock would have."""

    code = "units_taken"
    status = 409
    field = "units_total"
    limit = "{taken} to {units_max}"
    detail = "{taken} units are redeemed or held already; there cannot be fewer in all."

    def __init__(self, taken: int, *, units_max: int) -> None:
        super().__init__(taken=taken, units_max=units_max)


class InvalidCodes(RewardRefused):
    """The file of codes cannot be added."""

    code = "invalid_codes"
    status = 422
    field = "body"

    def __init__(self, limit: str, detail: str) -> None:
        super().__init__(limit=limit, detail=detail)
