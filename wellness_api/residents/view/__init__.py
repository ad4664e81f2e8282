"""What residents see of themselves: today, the wallet, and why they got each point."""
