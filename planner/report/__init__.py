"""Plans and facts rendered for people."""
