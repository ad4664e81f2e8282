"""What is done in a checkout of the project: test, check, measure, write the generated documents."""
