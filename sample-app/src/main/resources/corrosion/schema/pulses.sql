-- How a change is timed: a node writes its row of pulses, each node that sees it answers in a row of its own.
CREATE TABLE pulses (
    node TEXT NOT NULL PRIMARY KEY,
    pulse TEXT NOT NULL DEFAULT ''
);
CREATE TABLE answers (
    origin TEXT NOT NULL,
    node TEXT NOT NULL,
    pulse TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (origin, node)
);
