"""The staff's side of rewards: the items, their stock, and handing goods out."""
