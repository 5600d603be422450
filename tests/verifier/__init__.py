"""Wheels made for one finding each, and wheels that nearly have it."""
