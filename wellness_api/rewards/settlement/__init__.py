"""What the city owes partners for redemptions: settled once, downloaded as often as needed."""
