"""A resident's own data in the forms that other systems read."""
