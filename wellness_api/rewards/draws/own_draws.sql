-- The resident's part in each draw, one JSON document for each draw.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
)
SELECT to_jsonb(made) || jsonb_build_object(
    'is_closed', draw_closing.draw IS NOT NULL,
    'is_drawn', draw_reveal.draw IS NOT NULL,
    'is_void', draw_void.draw IS NOT NULL,
    'points_earned', coalesce(standing.points_earned, 0),
    'entries_now', coalesce(standing.entries, 0),
    'entries_listed', coalesce(draw_list.entries, 0),
    'person', entrant.person,
    'public_value', draw_public_value.value,
    'won', coalesce(won.prizes, '[]')
) AS draw
FROM asking
CROSS JOIN rewards.draw AS made
LEFT JOIN rewards.draw_closing ON draw_closing.draw = made.code
LEFT JOIN rewards.draw_public_value ON draw_public_value.draw = made.code
LEFT JOIN rewards.draw_reveal ON draw_reveal.draw = made.code
LEFT JOIN rewards.draw_void ON draw_void.draw = made.code
LEFT JOIN LATERAL (
    SELECT points_earned, entries
    FROM rewards.draw_standing
    WHERE draw_standing.draw = made.code AND draw_standing.resident_id = asking.resident_id
    OFFSET 0 -- Keeps the planner from reading the tables before the resident is set.
) AS standing ON true
LEFT JOIN LATERAL (
    SELECT person
    FROM rewards.draw_entrant
    WHERE draw_entrant.draw = made.code AND draw_entrant.resident_id = asking.resident_id
    OFFSET 0 -- As above.
) AS entrant ON true
LEFT JOIN rewards.draw_list ON draw_list.draw = made.code AND draw_list.person = entrant.person
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('prize', prize, 'number', number, 'handed_out_at', handed_out_at) ORDER BY place)
        AS prizes
    FROM rewards.draw_winner
    LEFT JOIN rewards.draw_handed_out USING (draw, place)
    WHERE draw_winner.draw = made.code AND draw_winner.person = entrant.person
) AS won ON true
WHERE made.entries_from <= :today
    AND coalesce(draw_reveal.revealed_at, draw_void.voided_at, 'infinity') > :revealed_after
ORDER BY made.draws_on DESC, made.code
LIMIT :draws_max
