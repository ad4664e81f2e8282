-- Files are read in turns: `is_long` is one that was not over within its first.
ALTER TABLE health.import ADD COLUMN is_long boolean NOT NULL DEFAULT false;
