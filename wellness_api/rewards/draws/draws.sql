-- Each draw as one JSON document: the draw with the code, or else the newest draws.
SELECT (
    to_jsonb(made) - 'made_by' - 'takes_over'
    || jsonb_build_object(
        'closed_at', draw_closing.closed_at,
        'list_digest', draw_closing.list_digest,
        'entrants_count', draw_closing.entrants_count,
        'entries_count', draw_closing.entries_count,
        'public_value', draw_public_value.value,
        'public_value_entered_at', draw_public_value.entered_at,
        'voided_at', draw_void.voided_at,
        'void_reason', draw_void.reason,
        'drawn_at', draw_reveal.revealed_at,
        'seed', draw_reveal.seed)
) AS draw
FROM rewards.draw AS made
LEFT JOIN rewards.draw_closing ON draw_closing.draw = made.code
LEFT JOIN rewards.draw_public_value ON draw_public_value.draw = made.code
LEFT JOIN rewards.draw_reveal ON draw_reveal.draw = made.code
LEFT JOIN rewards.draw_void ON draw_void.draw = made.code
WHERE made.code = coalesce($1, made.code)
ORDER BY made.draws_on DESC, made.code
LIMIT $2
