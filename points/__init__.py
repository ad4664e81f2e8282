"""The points engine: pure functions over arrays and rule structs. No I/O, no clock."""
