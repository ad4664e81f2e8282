"""What every capability's handlers share: bodies in, who may call, the process's services."""
