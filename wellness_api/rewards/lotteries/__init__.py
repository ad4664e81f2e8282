"""Daily lotteries: their seeds, fixed before the day and revealed after it."""
