-- How far the import is, and how the samples of its next piece fared; no row if it was given up. What was stored was not
-- begun in vain.
UPDATE health.import
SET bytes_read = :bytes_read, bytes_total = :bytes_total, report = :report, pieces_stored = pieces_stored + :pieces, accepted = accepted + :accepted,
    duplicate = duplicate + :duplicate, refused = refused + :refused, flagged = flagged + :flagged,
    readings = CASE WHEN :pieces > 0 THEN 0 ELSE readings END
WHERE resident_id = :resident_id AND import_id = :import_id
RETURNING import_id
