"""GPU code inside libraries, read without any vendor tool."""
