"""Page 'Danh mục' and its lists."""
