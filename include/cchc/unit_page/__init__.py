"""The personal links by which units reach their own page: how they are made, known again, revoked, and their use."""
