"""What a worker does beside the days that come in: jobs, which folders state in a module `jobs`."""
