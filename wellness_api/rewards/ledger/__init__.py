"""The ledger: transfers between accounts, chained by hashes, and the balances that follow from them."""
