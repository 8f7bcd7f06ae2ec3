-- name: lock_migrations
-- PostgreSQL only: held until the end of the transaction. The number is ours alone.
SELECT pg_advisory_xact_lock(20260101)
