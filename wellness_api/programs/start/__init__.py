"""Starting and stopping: the embedded servers when none are given, the API, the worker; and what stands in the way."""
