"""What the handlers of all capabilities share: bodies, who may call, the process's services."""
