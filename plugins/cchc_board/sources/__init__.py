"""Page 'Nguồn'."""
