"""The second reader: findings and impression in, flags and links out; no model, no Qt."""
