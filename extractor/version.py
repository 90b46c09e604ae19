"""The extractor's version: results of one version are comparable, and kept apart from those of another."""

VERSION = "0.1.0"
