-- A resident who asked is erased at once, whatever a clock says. The second look comes an hour later. It also comes if
-- the clock was set back meanwhile, so that the hour lies further ahead than that.
CREATE OR REPLACE FUNCTION identity.erasure_is_due(asked identity.erasure_request, at timestamptz) RETURNS boolean
LANGUAGE sql VOLATILE AS $$
    SELECT NOT asked.is_erased OR asked.due_at <= rewards.due_until(at) OR asked.due_at > at + interval '2 hours'
$$;
