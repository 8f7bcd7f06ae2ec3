"""What units sent: arrivals, letters in, judging, versions kept, receipts, late ones, comparison with the systems."""
