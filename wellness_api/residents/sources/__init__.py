"""What a resident sees of the sources of their samples, and how they choose which counts first."""
