"""The first request of a project, drafted from what its own files say.

``load`` reads those files, this package decides: which variants there are, what each asks for, and
what has to be left out so that a plan exists. A draft is a request that nobody has agreed to yet,
so every line keeps the place that it was taken from.
"""
