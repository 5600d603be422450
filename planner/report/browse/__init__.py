"""What was found in the facts, as text, JSON and pictures."""
