-- The team that `who` is in, as its members may see it: the members' names, and one figure of all together. The figure
-- is the sum of `of_figure` from `first_day` to `today`, over the days on which each was a member. There is no figure
-- for fewer than two members, and none while nobody has data.
CREATE OR REPLACE FUNCTION rewards.team_of(who bigint, of_figure smallint, first_day date, today date)
RETURNS TABLE (team_name text, size_max integer, from_day date, members text[], total double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT own.team_name, team.size_max, own.from_day, others.members, others.total
    FROM rewards.team_member AS own
    JOIN rewards.team USING (team_id)
    CROSS JOIN LATERAL (
        SELECT array_agg(display_name ORDER BY member.from_day, display_name) AS members,
            CASE WHEN count(*) FILTER (WHERE member.from_day <= today) >= 2 THEN sum(summed.value) END AS total
        FROM rewards.team_member AS member
        JOIN identity.principal ON principal_id = member.resident_id
        CROSS JOIN LATERAL (
            SELECT sum(value) AS value FROM health.day_summary
            WHERE resident_id = member.resident_id AND figure = of_figure
                AND day BETWEEN greatest(first_day, member.from_day) AND today
        ) AS summed
        WHERE member.team_id = own.team_id AND member.to_day IS NULL
    ) AS others
    WHERE own.resident_id = who AND own.to_day IS NULL
$$;

REVOKE EXECUTE ON FUNCTION rewards.team_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.team_of TO wellness_api;
