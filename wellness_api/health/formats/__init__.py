"""Other forms in which samples come: each file turns bytes into the batches of device_bridge.wire, and nothing else changes."""
