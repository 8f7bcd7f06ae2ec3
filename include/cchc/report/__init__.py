"""What leaves the department: consolidated figures, the report, the plan, letters, decisions."""
