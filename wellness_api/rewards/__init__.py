"""From days to points, and from points to what they are worth."""
