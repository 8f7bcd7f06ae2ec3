"""Exports fetched over HTTP: declared endpoints, one download with its limits, a file for the drop folder."""

from cchc.sources.web.download import download
from cchc.sources.web.endpoints import Endpoint, find_endpoint, load_endpoints
from cchc.sources.web.server import WebServer
from cchc.sources.web.transfer import WebError, probe

__all__ = [
    "Endpoint",
    "WebError",
    "WebServer",
    "download",
    "find_endpoint",
    "load_endpoints",
    "probe",
]
