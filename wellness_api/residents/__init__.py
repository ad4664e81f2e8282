"""What a resident sees and takes along."""
