"""What a resident consents to: a ledger of each time that they said yes, and of each time that they withdrew it."""
