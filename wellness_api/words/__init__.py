"""How things are said: one folder of messages for each language, and what puts arguments into them."""
