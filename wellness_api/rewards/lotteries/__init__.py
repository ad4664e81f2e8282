"""Daily lotteries: their seeds are fixed before the day and revealed after it."""
