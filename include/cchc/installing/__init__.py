"""Making an installation: what is asked, how its own year's data are written, what is still to do before live mail."""
