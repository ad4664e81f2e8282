"""Residents redeem their points: what is offered to them, their redemptions, confirming and cancelling."""
