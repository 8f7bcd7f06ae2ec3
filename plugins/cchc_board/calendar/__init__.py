"""Page 'Lịch'."""
