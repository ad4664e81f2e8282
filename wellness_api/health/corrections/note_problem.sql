-- A correction that cannot be carried out (:is_over), or not until what is wrong here is mended.
UPDATE health.correction
SET state = CASE WHEN :is_over::boolean THEN 'refused' ELSE 'failed' END, problem = :problem,
    ended_at = CASE WHEN :is_over THEN :now::timestamptz END
WHERE resident_id = :resident_id AND correction_id = :correction_id
