"""From days to points, and from points to what residents get for them."""
