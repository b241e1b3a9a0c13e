-- One row for each thing that happens, with a key that nobody else uses: two nodes never write the same row, so nothing is
-- ever lost and the sums are right.
CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    item TEXT NOT NULL DEFAULT '',
    quantity INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE orders (
    id TEXT NOT NULL PRIMARY KEY,
    item TEXT NOT NULL DEFAULT '',
    quantity INTEGER NOT NULL DEFAULT 0,
    taken_by TEXT NOT NULL DEFAULT '',
    placed_at INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE shipments (
    order_id TEXT NOT NULL PRIMARY KEY,
    item TEXT NOT NULL DEFAULT '',
    quantity INTEGER NOT NULL DEFAULT 0,
    shipped_by TEXT NOT NULL DEFAULT ''
);
CREATE VIEW stock AS
    SELECT d.item, SUM(d.quantity)
        - COALESCE((SELECT SUM(s.quantity) FROM shipments s WHERE s.item = d.item), 0) AS on_hand
    FROM deliveries d GROUP BY d.item;

-- One row for each item that all stock nodes write to. When two count at the same moment, one value stays, the same on all
-- nodes; each column decides for itself.
CREATE TABLE counts (
    item TEXT NOT NULL PRIMARY KEY,
    quantity INTEGER NOT NULL DEFAULT 0,
    counted_by TEXT NOT NULL DEFAULT ''
);
