"""What is inside wheels: observations only, never a verdict."""
