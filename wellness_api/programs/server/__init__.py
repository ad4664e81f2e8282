"""The API process: it puts the capabilities together, and answers problems in one way."""
