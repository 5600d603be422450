"""From a request and the index of the facts to a plan; exact and the same on every run."""
