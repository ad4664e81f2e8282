-- The winners, for handing prizes out; nobody before the draw. The resident is null for a winner who was erased.
CREATE OR REPLACE FUNCTION rewards.winners_of_draw(which text)
RETURNS TABLE (
    place integer, prize integer, person text, number integer, resident_id bigint, display_name text,
    handed_out_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT won.place, won.prize, won.person, won.number, entrant.resident_id, principal.display_name,
        handed.handed_out_at
    FROM rewards.draw_winner AS won
    LEFT JOIN rewards.draw_entrant AS entrant ON entrant.draw = won.draw AND entrant.person = won.person
    LEFT JOIN identity.principal AS principal ON principal.principal_id = entrant.resident_id
    LEFT JOIN rewards.draw_handed_out AS handed ON handed.draw = won.draw AND handed.place = won.place
    WHERE won.draw = which
    ORDER BY won.place
$$;

REVOKE EXECUTE ON FUNCTION rewards.winners_of_draw FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.winners_of_draw TO wellness_api;
