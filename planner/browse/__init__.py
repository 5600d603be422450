"""Looking through the facts: what is known of a word, who disagrees, what is old, what changed."""
