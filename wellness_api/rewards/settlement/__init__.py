"""What partners are owed for redemptions: settled once, downloaded as often as needed."""
