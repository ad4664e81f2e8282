-- Why a resident may not redeem an offer now, as a flat object; null when they may. `checkup`: the number of the figure
-- that counts attended checkups. The age is the one that the resident reaches in the calendar year.
CREATE OR REPLACE FUNCTION rewards.obstacle(who bigint, offer rewards.reward_item, today date, spendable bigint, checkup integer)
RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    age integer;
    span_start date;
    next_span date;
BEGIN
    IF offer.withdrawn_at IS NOT NULL OR today < offer.offered_from OR today > offer.offered_to THEN
        RETURN jsonb_build_object('code', 'not_offered', 'from_day',
            CASE WHEN offer.withdrawn_at IS NULL AND today < offer.offered_from THEN offer.offered_from END);
    END IF;
    IF NOT offer.is_unlimited AND rewards.free_unit(offer.item) IS NULL THEN
        RETURN jsonb_build_object('code', 'sold_out');
    END IF;

    SELECT extract(year FROM today) - birth_year INTO age FROM identity.resident WHERE resident_id = who;
    IF age < offer.age_min THEN
        RETURN jsonb_build_object('code', 'too_young', 'limit', offer.age_min);
    ELSIF age > offer.age_max THEN
        RETURN jsonb_build_object('code', 'too_old', 'limit', offer.age_max);
    END IF;
    IF age BETWEEN offer.checkup_age_min AND offer.checkup_age_max AND NOT EXISTS (
        SELECT FROM health.day_summary
        WHERE resident_id = who AND figure = checkup AND value > 0
            AND day BETWEEN rewards.fiscal_year_start(today) AND today)
    THEN
        RETURN jsonb_build_object('code', 'needs_checkup');
    END IF;

    IF offer.per_person_max IS NOT NULL THEN
        span_start := CASE offer.per_person_span
            WHEN 'total' THEN '-infinity'
            WHEN 'fiscal_year' THEN rewards.fiscal_year_start(today)
            WHEN 'day' THEN today
            ELSE date_trunc(offer.per_person_span, today::timestamp)::date END;
        next_span := CASE offer.per_person_span
            WHEN 'total' THEN NULL
            WHEN 'fiscal_year' THEN span_start + interval '1 year'
            ELSE span_start + ('1 ' || offer.per_person_span)::interval END;
        IF offer.per_person_max <= (
            SELECT count(*) FROM rewards.redemption
            WHERE resident_id = who AND item = offer.item AND day >= span_start AND state IN ('held', 'confirmed'))
        THEN
            RETURN jsonb_build_object('code', 'limit_reached', 'limit', offer.per_person_max,
                'span', offer.per_person_span, 'from_day', next_span);
        END IF;
    END IF;

    IF spendable < offer.price_points THEN
        RETURN jsonb_build_object('code', 'too_few_points', 'missing_points', offer.price_points - spendable);
    END IF;
    RETURN NULL;
END $$;
