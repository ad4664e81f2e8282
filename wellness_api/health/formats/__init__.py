"""The other forms in which samples come. Each form turns bytes into the batches of device_bridge.wire; nothing else differs."""
