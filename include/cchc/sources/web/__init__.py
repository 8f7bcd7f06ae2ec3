"""Exports fetched over HTTP: declared endpoints, one download with its limits, files for the drop folder."""

from cchc.sources.web.download import download
from cchc.sources.web.endpoints import Endpoint, find_endpoint, load_endpoints
from cchc.sources.web.errors import WebError
from cchc.sources.web.landed import last_landing
from cchc.sources.web.server import WebServer
from cchc.sources.web.transfer import probe

__all__ = [
    "Endpoint",
    "WebError",
    "WebServer",
    "download",
    "find_endpoint",
    "last_landing",
    "load_endpoints",
    "probe",
]
