"""Who somebody is, what they agreed to, and how they leave."""
