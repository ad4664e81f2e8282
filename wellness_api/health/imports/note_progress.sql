-- How far the import is, and how the samples of its next piece fared; no row if it was given up. What was stored was not
-- begun in vain.
UPDATE health.import
SET bytes_read = $3, bytes_total = $4, report = $5, pieces_stored = pieces_stored + $6, accepted = accepted + $7,
    duplicate = duplicate + $8, refused = refused + $9, flagged = flagged + $10,
    readings = CASE WHEN $6 > 0 THEN 0 ELSE readings END
WHERE resident_id = $1 AND import_id = $2
RETURNING import_id
