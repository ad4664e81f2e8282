"""The API process: puts the capabilities together and answers problems in one way."""
