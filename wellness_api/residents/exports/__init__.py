"""A resident's own data, in forms that other systems read."""
