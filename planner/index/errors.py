"""What can go wrong between us and a file on the index; each text is fit to be shown."""

from __future__ import annotations


class RemoteError(Exception):
    """Base of what stops one file from being read; the others are still tried."""


class UnreachableError(RemoteError):
    """The index, or a server that it names, does not answer."""


class MissingError(RemoteError):
    """The index answers and has no such project or file."""


class BrokenError(RemoteError):
    """A file that is there and is not what it should be."""
