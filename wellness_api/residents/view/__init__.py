"""What residents see of themselves: today, the wallet, why each point came."""
