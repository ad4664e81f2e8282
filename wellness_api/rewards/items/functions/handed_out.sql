-- When and by whom the goods of a pick-up code were handed out; null when they were not. It does not say who got them.
CREATE OR REPLACE FUNCTION rewards.handed_out(of_code text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object('redemption_id', redemption_id, 'item', item,
        'name', name, 'handed_out_at', ended_at, 'handed_out_by', display_name)
    FROM rewards.redemption
    JOIN rewards.reward_item USING (item, version)
    LEFT JOIN identity.principal ON principal_id = handed_out_by
    WHERE state = 'confirmed' AND pickup_code IS NOT NULL AND pickup_code = of_code
    ORDER BY redemption_id DESC LIMIT 1
$$;

REVOKE EXECUTE ON FUNCTION rewards.handed_out FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.handed_out TO wellness_api;
