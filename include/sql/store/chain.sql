-- name: lock_head
UPDATE chain_head SET line = line

-- name: head
SELECT place, link FROM chain_head

-- name: move_head
UPDATE chain_head SET place = :place, link = :link

-- name: add
INSERT INTO chain (place, name, record, content, link) VALUES (:place, :name, :record, :content, :link)

-- name: links
SELECT place, name, record, content, link FROM chain ORDER BY place

-- name: link_at
SELECT link FROM chain WHERE place = :place
