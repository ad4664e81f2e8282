"""What a format is, and what reading a body in it gives."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec

from device_bridge.wire import Receipt, WholeState
from points.said import Language
from wellness_api.health.formats.fates import Fate
from wellness_api.health.samples.records import DeletedRecord, Record
from wellness_api.http.misfits_in_words import Wrong, wrong_told
from wellness_api.http.operations import Parameter
from wellness_api.process.settings import FitDecoder


class ItemRefusal(msgspec.Struct, kw_only=True):
    """Why one item of the body was not taken: its place from 0, the field at fault, and what would do."""

    item: int
    field: str
    limit: str
    detail: str


class RefusedItem(NamedTuple):
    """The same in no language, as long as nobody asks."""

    item: int
    field: str
    limit: str
    detail: Wrong

    def told(self, language: Language | None) -> ItemRefusal:
        """What the sender is told."""
        return ItemRefusal(
            item=self.item,
            field=self.field,
            limit=self.limit,
            detail=wrong_told(self.detail, language),
        )


class ReadItems(NamedTuple):
    """What the body's items hold, and why some of them were refused. `item_count`: how many items there are.

    `variety`: which variety of its form the body was, where the answer depends on it. `whole_states`: what the body says
    that it has whole; that holds only where nothing was refused.
    """

    item_count: int
    taken: Sequence[Record | DeletedRecord]
    refused: Sequence[RefusedItem]
    variety: str = ""
    whole_states: Sequence[WholeState] = ()


class Context(NamedTuple):
    """What reading a body may depend on besides the body: time of arrival, the resident's zone, the query.

    `fit_decoder`: which decoder reads FIT files, as the operator chose.
    """

    now: datetime
    time_zone: str
    parameters: Mapping[str, Sequence[str]]
    fit_decoder: FitDecoder = "fitdecode"


class ItemsReceipt(msgspec.Struct, kw_only=True):
    """The receipt of the items that were taken, and why the others were not. At most 100 refusals are spelled out."""

    receipt: Receipt
    refused_items: int
    refusals: list[ItemRefusal]


REFUSED_ITEMS_LISTED_MAX = 100
"""Further refused items are counted in the answer and not spelled out."""


def items_receipt(
    read: ReadItems, receipt: Receipt, _fates: Mapping[int, Fate], language: Language | None
) -> ItemsReceipt:
    """The answer of every format that has no answer of its own."""
    return ItemsReceipt(
        receipt=receipt,
        refused_items=len(read.refused),
        refusals=[item.told(language) for item in read.refused[:REFUSED_ITEMS_LISTED_MAX]],
    )


def receipts_status(read: ReadItems, _fates: Mapping[int, Fate]) -> HTTPStatus:
    """The status for a new upload: there is a receipt, and the receipt says the rest."""
    assert read.taken or read.whole_states, "an upload of which nothing can be taken has no receipt"
    return HTTPStatus.CREATED


class Format(NamedTuple):
    """A form of the body: its name in the address, its media types, and how it is read.

    `title`, `about`, `parameters`, `example`: for the API's description; the example works against the demo. `aliases`:
    other names of parameters, which are taken and not described. `read` raises msgspec's errors or InvalidUpload for a
    body that is not in this form as a whole, and refuses a single bad item alone. It is pure: the same body and context
    give the same items. `shape`: of a JSON body; None for other bodies. `answer`: what the sender gets when the items are
    on disk, an `answer_shape` sent as `answer_media_type`, in the language that the sender asks for. `status`: the answer's status, when the upload is new or
    nothing of it was kept.
    """

    name: str
    title: str
    about: str
    media_types: Sequence[str]
    read: Callable[[bytes, Context], ReadItems]
    example: Any
    shape: type[msgspec.Struct] | None = None
    parameters: Sequence[Parameter] = ()
    aliases: Sequence[str] = ()
    answer: Callable[[ReadItems, Receipt, Mapping[int, Fate], Language | None], msgspec.Struct] = (
        items_receipt
    )
    status: Callable[[ReadItems, Mapping[int, Fate]], HTTPStatus] = receipts_status
    answer_shape: type[msgspec.Struct] = ItemsReceipt
    answer_media_type: str = "application/json"
