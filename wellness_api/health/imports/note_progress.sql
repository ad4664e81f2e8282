-- Notes how far the import is, and the counts of its next piece; no row if it was given up. A reading that stored
-- something was not in vain.
UPDATE health.import
SET bytes_read = :bytes_read, bytes_total = :bytes_total, report = :report, pieces_stored = pieces_stored + :pieces, accepted = accepted + :accepted,
    duplicate = duplicate + :duplicate, refused = refused + :refused, flagged = flagged + :flagged,
    readings = CASE WHEN :pieces > 0 THEN 0 ELSE readings END
WHERE resident_id = :resident_id AND import_id = :import_id
RETURNING import_id
