"""Finished wheels judged against their own tags, the facts and, if given, a plan."""
