"""What residents see of the sources of their samples, and how they choose which source counts first."""
