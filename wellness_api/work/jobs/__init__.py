"""What a worker does besides the days that come in: jobs, which folders state in a module `jobs`."""
