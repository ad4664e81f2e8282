"""What can be started: the server, the worker, the command line, and all of them together."""
