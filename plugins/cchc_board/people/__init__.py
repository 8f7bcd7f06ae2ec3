"""Page 'Người dùng'."""
