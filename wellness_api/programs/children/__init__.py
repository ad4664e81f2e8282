"""Child processes: tied to their parent, kept up while it lives, ended with it."""
