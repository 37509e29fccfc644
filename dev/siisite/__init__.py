"""A site like the SII's on this machine: over TLS, with pages that change while they are watched.

It exists so that tests, benches and people can drive the monitor end to end without leaving the machine.
"""

from . import pages
from .server import HOST, Page, Site, aimed, running

__all__ = ["HOST", "Page", "Site", "aimed", "pages", "running"]
