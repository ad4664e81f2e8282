"""What is to be done, and what could not be."""
