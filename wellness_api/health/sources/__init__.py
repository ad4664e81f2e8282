"""Sources: which devices and apps a resident's samples come from, and which of them counts first."""
