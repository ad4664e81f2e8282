"""The worker: takes pending days and makes day summaries, awards and ledger transfers from them."""
