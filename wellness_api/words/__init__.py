"""How things are said: a folder of messages for each language, and the code that puts arguments into them."""
