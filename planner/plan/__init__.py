"""Plans: jobs, failures and why, and the lock file that holds them."""
