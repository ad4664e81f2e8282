"""Tables that a city officer can read, as rows for a test."""


def read_rows(table: str) -> list[tuple[str, ...]]:
    """The cells of every line below the heading, without the spaces around them."""
    _heading, *lines = table.strip().splitlines()
    return [tuple(cell.strip() for cell in line.split("|")) for line in lines]


def number(cell: str) -> int:
    """A whole number as people write it: 1,999."""
    return int(cell.replace(",", ""))
