-- name: last_home
SELECT seq, identity, home, taken_at, place, actor, reason FROM homes ORDER BY seq DESC LIMIT 1

-- name: add_home
INSERT INTO homes (seq, identity, home, taken_at, place, actor, reason)
VALUES ((SELECT COUNT(*) + 1 FROM homes), :identity, :home, :taken_at, :place, :actor, :reason)
ON CONFLICT (seq) DO NOTHING
