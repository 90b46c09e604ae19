"""The version of heshu, in one place: the distribution takes it from here, and every result carries it."""

VERSION = "0.1.0"
