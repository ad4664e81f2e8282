"""Bytes that an earlier version stored mean the same to this one, and the same is stored for the same.

Columns are in health/samples/test_codec.py, segments and records made of them in test_stored_forms.py and
test_record_rows.py beside it, a gateway's outbox in device_bridge/test_stored_outbox.py.
"""

from datetime import UTC, date, datetime

from device_bridge.wire import BatchProblem, BatchReceipt, Flag, Refusal, WholeStateReceipt
from wellness_api.health.samples import accept
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.whole_states import Stated, state_row, stated_in
from wellness_api.identity.accounts.secrets import digest_of, digests_of_card
from wellness_api.rewards.ledger.chain import (
    NO_HASH,
    chained,
    facts_text,
    microseconds_of,
    transfer_line,
)
from wellness_api.rewards.ledger.transfer import Transfer

RECEIPTS = [
    BatchReceipt(
        metric="steps",
        source="watch:w1",
        accepted=58,
        duplicate=1,
        refused=1,
        refusals=[
            Refusal(time_ms=1_790_000_040_000, field="revision", reason="deleted", limit="3")
        ],
        flagged=1,
        flags=[
            Flag(time_ms=1_790_000_100_000, value=900.0, reason="out_of_range", limit="0 to 300")
        ],
    ),
    BatchReceipt(metric="heart_rate", source="phone:p", accepted=0, duplicate=60, refused=0),
]
KEPT_RECEIPTS = (
    "9289a66d6574726963a57374657073a6736f75726365a877617463683a7731a861636365707465643aa96475"  # pragma: allowlist secret
    "706c696361746501a77265667573656401a87265667573616c739184a774696d655f6d73cf000001a0c45108"  # pragma: allowlist secret
    "40a56669656c64a87265766973696f6ea6726561736f6ea764656c65746564a56c696d6974a133a7666c6167"  # pragma: allowlist secret
    "67656401a5666c6167739184a774696d655f6d73cf000001a0c451f2a0a576616c7565cb408c200000000000"  # pragma: allowlist secret
    "a6726561736f6eac6f75745f6f665f72616e6765a56c696d6974a83020746f20333030b066726f6d5f636c6f"  # pragma: allowlist secret
    "636b5f61686561640089a66d6574726963aa68656172745f72617465a6736f75726365a770686f6e653a70a8"  # pragma: allowlist secret
    "616363657074656400a96475706c69636174653ca77265667573656400a87265667573616c7390a7666c6167"  # pragma: allowlist secret
    "67656400a5666c61677390b066726f6d5f636c6f636b5f616865616400"  # pragma: allowlist secret
)


def test_a_receipt_that_was_kept_is_given_again_as_it_was() -> None:
    assert accept._receipt_decoder.decode(bytes.fromhex(KEPT_RECEIPTS)) == RECEIPTS
    assert accept._receipt_encoder.encode(RECEIPTS).hex() == KEPT_RECEIPTS


WITH_A_PROBLEM = accept.ReceiptBody(
    [
        BatchReceipt(
            metric="stps",
            source="phone:p",
            accepted=0,
            duplicate=0,
            refused=2,
            problem=BatchProblem(
                reason="invalid_upload", field="batches[0].metric", limit="a code", detail="none"
            ),
        )
    ],
    [
        WholeStateReceipt(
            metric="steps", source="phone:p", sequence=1_790_000_040_000, outcome="holds", gone=3
        )
    ],
)
KEPT_WITH_A_PROBLEM = (
    "82a762617463686573918aa66d6574726963a473747073a6736f75726365a770686f6e653a70a86163636570"  # pragma: allowlist secret
    "74656400a96475706c696361746500a77265667573656402a87265667573616c7390a7666c616767656400a5"  # pragma: allowlist secret
    "666c61677390b066726f6d5f636c6f636b5f616865616400a770726f626c656d84a6726561736f6eae696e76"  # pragma: allowlist secret
    "616c69645f75706c6f6164a56669656c64b1626174636865735b305d2e6d6574726963a56c696d6974a66120"  # pragma: allowlist secret
    "636f6465a664657461696ca46e6f6e65ac77686f6c655f7374617465739185a66d6574726963a57374657073"  # pragma: allowlist secret
    "a6736f75726365a770686f6e653a70a873657175656e6365cf000001a0c4510840a76f7574636f6d65a5686f"  # pragma: allowlist secret
    "6c6473a4676f6e6503"  # pragma: allowlist secret
)


def test_a_receipt_with_problems_and_whole_states_is_given_again_as_it_was() -> None:
    kept = accept._receipt_encoder.encode(WITH_A_PROBLEM)
    assert kept.hex() == KEPT_WITH_A_PROBLEM
    assert accept._receipt_decoder.decode(kept) == WITH_A_PROBLEM


STATED = [
    Stated(1_790_000_000_000, 1_790_086_400_000, 7),
    Stated(1_790_086_400_000, 1_790_172_800_000, 1_790_200_000_123),
]
KEPT_STATED = (
    "9293cf000001a0c4506c00cf000001a0c976c8000793cf000001a0c976c800cf000001a0ce9d2400cf000001"  # pragma: allowlist secret
    "a0d03c2e7b"  # pragma: allowlist secret
)


def test_whole_states_of_before_still_hold() -> None:
    row = state_row((1, "phone:p"), STATED)
    assert row.spans.hex() == KEPT_STATED
    assert (row.last_day, stated_in(row.spans)) == (date(2026, 9, 24), STATED)


def test_an_upload_that_is_sent_again_after_an_upgrade_is_known() -> None:
    assert digest(b"an upload's content").hex == (
        "ce9a592baaee640dd4b5257b2775c650"  # pragma: allowlist secret
    )


def test_sessions_codes_and_cards_of_before_still_hold() -> None:
    assert (
        digest_of("a session's token").hex()
        == (
            "005e0a25898418c2171db8239ec0524ff624293c2ebc26373926cbe95811a7a0"  # pragma: allowlist secret
        )
    )
    typed, as_written = digests_of_card("furano-0412")
    assert (
        typed.hex()
        == (
            "b5266867956b564c262723225c9fdca054bb776302a092cd9458d989fa075ed8"  # pragma: allowlist secret
        )
    )
    assert (
        as_written.hex()
        == (
            "c44163b5e7cd235c3f6e98c974c6cf5ef6eda5f0f7fee4172f9710e4cee3639b"  # pragma: allowlist secret
        )
    )


AWARD = Transfer(
    resident_id=412,
    programme="yokohama",
    version=1,
    rule="walk",
    period_start=date(2026, 11, 18),
    period_end=date(2026, 11, 18),
    debit="budget",
    credit="pending",
    amount=2,
    spendable_from=date(2026, 12, 3),
    expires_on=date(2027, 3, 31),
    redemption_id=None,
    facts={"steps": 4_321, "points": 2, "points_before": 0},
)


def test_the_hash_of_a_transfer_is_what_it_was() -> None:
    moment = datetime(2026, 11, 18, 3, 0, 0, 250, tzinfo=UTC)
    line = transfer_line(
        AWARD, transfer_id=1, posted_us=microseconds_of(moment), facts=facts_text(AWARD.facts)
    )
    first = chained(NO_HASH, line)
    assert (
        first.hex()
        == (
            "69ab2ba6a3e43d44c677a1e873c4b0aa8e1ff8c9c3e408d54e150c75fd453463"  # pragma: allowlist secret
        )
    )
    assert (
        chained(first, line).hex()
        == (
            "990130d9cdaa926ff346617090d5b48d90feb48b87f2428d2a63264d8a6854b9"  # pragma: allowlist secret
        )
    )
