-- A small city as the first version of the program left it, written by that version at revision 0001: two residents
-- with days that were worked off, corrected and still wait, one day that was set aside, and what belongs to them.
-- The function is that version's too: 0001 made it then.
CREATE FUNCTION health.ensure_segment_partitions(today date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    month date;
    month_first CONSTANT date := date_trunc('month', today) - interval '12 months';
    month_last CONSTANT date := date_trunc('month', today) + interval '3 months';
BEGIN
    -- Two workers that start together must not both make a month.
    PERFORM pg_advisory_xact_lock(hashtext('health.ensure_segment_partitions'));
    IF to_regclass('health.segment_archive') IS NULL THEN
        EXECUTE format('CREATE TABLE health.segment_archive PARTITION OF health.segment FOR VALUES FROM (MINVALUE) TO (%L)',
            month_first);
    END IF;
    FOR month IN SELECT generate_series(month_first, month_last, interval '1 month')::date LOOP
        -- Months before the first start are the archive's.
        IF to_regclass('health.segment_' || to_char(month, 'YYYYMM')) IS NULL
            AND NOT EXISTS (
                SELECT FROM pg_inherits
                JOIN pg_class child ON child.oid = inhrelid
                WHERE inhparent = 'health.segment'::regclass
                    AND child.relname > 'segment_' || to_char(month, 'YYYYMM')
                    AND child.relname <> 'segment_archive')
        THEN
            EXECUTE format('CREATE TABLE health.%I PARTITION OF health.segment FOR VALUES FROM (%L) TO (%L)',
                'segment_' || to_char(month, 'YYYYMM'), month, month + interval '1 month');
            -- pcodec's output does not compress again; trying to costs time.
            EXECUTE format('ALTER TABLE health.%I ALTER times SET STORAGE EXTERNAL, ALTER values SET STORAGE EXTERNAL',
                'segment_' || to_char(month, 'YYYYMM'));
        END IF;
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION health.ensure_segment_partitions TO wellness_worker;
SELECT health.ensure_segment_partitions('2026-11-18');
INSERT INTO health.day_summary (resident_id, day, metric, value, minimum, maximum, sample_count, measured_at) VALUES (1, '2026-11-18', 1, 5000, 100, 100, 50, '2026-11-17 21:49:00+00');
INSERT INTO health.day_summary (resident_id, day, metric, value, minimum, maximum, sample_count, measured_at) VALUES (1, '2026-11-18', 5, 61.4, 61.4, 61.4, 1, '2026-11-17 21:00:00+00');
INSERT INTO health.day_summary (resident_id, day, metric, value, minimum, maximum, sample_count, measured_at) VALUES (2, '2026-11-17', 1, 3600, 90, 90, 40, '2026-11-16 21:39:00+00');
INSERT INTO health.day_summary (resident_id, day, metric, value, minimum, maximum, sample_count, measured_at) VALUES (1, '2026-11-17', 1, 3389, 110, 116, 30, '2026-11-16 21:59:00+00');
INSERT INTO health.pending_day (resident_id, day, sequence, received_at, set_aside_at) VALUES (1, '2026-11-18', 12, '2026-11-18 03:00:00+00', NULL);
INSERT INTO health.pending_day (resident_id, day, sequence, received_at, set_aside_at) VALUES (2, '2026-11-18', 14, '2026-11-18 03:00:00+00', '2026-11-18 03:00:00+00');
INSERT INTO health.segment (resident_id, sequence, received_at, revision, day, metric, source, time_first, time_last, times, "values") VALUES (1, 2, '2026-11-18 03:00:00+00', 0, '2026-11-17', 1, 'phone:test', -10800000, -7260000, '\x70636f210300050f0401033b000010010100307500400080345b7f00', '\x70636f210300050f0401033b0000001000700300001c0088c61ad158231a6b44638d68ac118d35a2b14634d6880600');
INSERT INTO health.segment (resident_id, sequence, received_at, revision, day, metric, source, time_first, time_last, times, "values") VALUES (1, 4, '2026-11-18 03:00:00+00', 0, '2026-11-18', 1, 'phone:test', -10800000, -7860000, '\x70636f210300850c04010331000010010100307500400080345b7f00', '\x70636f210300850c04010331000000100020030000040000');
INSERT INTO health.segment (resident_id, sequence, received_at, revision, day, metric, source, time_first, time_last, times, "values") VALUES (1, 5, '2026-11-18 03:00:00+00', 0, '2026-11-18', 5, 'phone:test', -10800000, -10800000, '\x70636f210300400401030000001001000080345b7f00', '\x70636f2103004004010300000010010000f82f008000');
INSERT INTO health.segment (resident_id, sequence, received_at, revision, day, metric, source, time_first, time_last, times, "values") VALUES (2, 7, '2026-11-18 03:00:00+00', 0, '2026-11-17', 1, 'phone:test', -10800000, -8460000, '\x70636f210300050a04010327000010010100307500400080345b7f00', '\x70636f210300050a040103270000001000d0020000040000');
INSERT INTO health.segment (resident_id, sequence, received_at, revision, day, metric, source, time_first, time_last, times, "values") VALUES (1, 11, '2026-11-18 03:00:00+00', 2, '2026-11-17', 1, 'phone:test', -10800000, -9060000, '\x70636f21030084070401031d000010010100307500400080345b7f00', '\x70636f21030084070401031d000000100000000000000000');
INSERT INTO health.segment (resident_id, sequence, received_at, revision, day, metric, source, time_first, time_last, times, "values") VALUES (1, 13, '2026-11-18 03:00:00+00', 0, '2026-11-18', 1, 'watch:test', -3600000, -960000, '\x70636f210300450b0401032c00001001010030750040008011c97f00', '\x70636f210300450b0401032c0000001000c0030000040000');
INSERT INTO health.segment (resident_id, sequence, received_at, revision, day, metric, source, time_first, time_last, times, "values") VALUES (2, 15, '2026-11-18 03:00:00+00', 0, '2026-11-18', 1, 'phone:test', -10800000, -9060000, '\x70636f21030084070401031d000010010100307500400080345b7f00', '\x70636f21030084070401031d0000001000f8020000040000');
INSERT INTO health.source_order (resident_id, metric, from_day, sources, chosen_at) VALUES (1, 1, '2026-11-04', '{watch:test,phone:test}', '2026-11-18 03:00:00+00');
INSERT INTO health.upload (resident_id, idempotency_key, content_digest, sequence, received_at, receipt) VALUES (1, '467ca4b4-d98e-6b97-a8e1-5901c1997bd7', '61692d4e-0ebf-4a5e-68a0-8a503b1e5250', 1, '2026-11-18 03:00:00+00', '\x9186a66d6574726963a57374657073a6736f75726365aa70686f6e653a74657374a861636365707465643ca96475706c696361746500a77265667573656400a87265667573616c7390');
INSERT INTO health.upload (resident_id, idempotency_key, content_digest, sequence, received_at, receipt) VALUES (1, '88a1a0f0-fa72-ae21-ac76-ebbf49c8baf9', 'cff85a3d-49f2-8099-d7bd-6d662fd0335d', 3, '2026-11-18 03:00:00+00', '\x9286a66d6574726963a57374657073a6736f75726365aa70686f6e653a74657374a8616363657074656432a96475706c696361746500a77265667573656400a87265667573616c739086a66d6574726963ab626f64795f776569676874a6736f75726365aa70686f6e653a74657374a8616363657074656401a96475706c696361746500a77265667573656400a87265667573616c7390');
INSERT INTO health.upload (resident_id, idempotency_key, content_digest, sequence, received_at, receipt) VALUES (2, '9ab3e559-efb7-4668-5b6b-a30443e95d04', '3bbc0141-0e9b-0c7a-2a8b-03c849dc7140', 6, '2026-11-18 03:00:00+00', '\x9186a66d6574726963a57374657073a6736f75726365aa70686f6e653a74657374a8616363657074656428a96475706c696361746500a77265667573656400a87265667573616c7390');
INSERT INTO health.upload (resident_id, idempotency_key, content_digest, sequence, received_at, receipt) VALUES (1, 'ad44c719-e6b7-e05f-0313-d12f82067527', '57dcd0d5-ab0e-28cf-c502-6122e051f701', 10, '2026-11-18 03:00:00+00', '\x9186a66d6574726963a57374657073a6736f75726365aa70686f6e653a74657374a861636365707465641ea96475706c696361746500a77265667573656400a87265667573616c7390');
INSERT INTO health.upload (resident_id, idempotency_key, content_digest, sequence, received_at, receipt) VALUES (1, 'c6568b8a-55a1-b1b0-418a-ff6c5a709c43', '9fe40046-c6e5-06ab-035d-b766029fcc8b', 12, '2026-11-18 03:00:00+00', '\x9186a66d6574726963a57374657073a6736f75726365aa77617463683a74657374a861636365707465642da96475706c696361746500a77265667573656400a87265667573616c7390');
INSERT INTO health.upload (resident_id, idempotency_key, content_digest, sequence, received_at, receipt) VALUES (2, '35d9cd2d-5144-a9a4-e6b2-a7c543bdd4a0', 'd0bf2f94-d408-ba71-c756-11fcad55695c', 14, '2026-11-18 03:00:00+00', '\x9186a66d6574726963a57374657073a6736f75726365aa70686f6e653a74657374a861636365707465641ea96475706c696361746500a77265667573656400a87265667573616c7390');
INSERT INTO identity.principal (principal_id, role, display_name, enrolled_at) OVERRIDING SYSTEM VALUE VALUES (1, 'resident', '花子', '2026-10-01 00:00:00+00');
INSERT INTO identity.principal (principal_id, role, display_name, enrolled_at) OVERRIDING SYSTEM VALUE VALUES (2, 'resident', '太郎', '2026-10-01 00:00:00+00');
INSERT INTO identity.principal (principal_id, role, display_name, enrolled_at) OVERRIDING SYSTEM VALUE VALUES (3, 'health_staff', '担当', '2026-10-01 00:00:00+00');
INSERT INTO identity.principal (principal_id, role, display_name, enrolled_at) OVERRIDING SYSTEM VALUE VALUES (4, 'programme_officer', '担当', '2026-10-01 00:00:00+00');
INSERT INTO identity.principal (principal_id, role, display_name, enrolled_at) OVERRIDING SYSTEM VALUE VALUES (5, 'gateway', '山部公民館', '2026-10-01 00:00:00+00');
INSERT INTO identity.resident (resident_id, birth_year, sex, zone, time_zone) VALUES (1, 1950, 'female', 'chuo', 'Asia/Tokyo');
INSERT INTO identity.resident (resident_id, birth_year, sex, zone, time_zone) VALUES (2, 1985, 'female', 'chuo', 'Asia/Tokyo');
INSERT INTO identity.card (card_digest, resident_id) VALUES ('\x84610f4c410a5cbfbb8b9ceb949a42a5b9f7aa7c258e6c68d479f19660a2b014', 1);
INSERT INTO identity.gateway_key (key_id, gateway_id, public_key, revoked_at) VALUES ('yamabe-1', 5, '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', NULL);
INSERT INTO identity.gateway_nonce (key_id, nonce, seen_at) VALUES ('yamabe-1', 'n-1', '2026-11-18 03:00:00+00');
INSERT INTO identity.session (token_digest, principal_id, expires_at) VALUES ('\x6a70937977220354f395744304ef45edd9ffee8dc8c1b3e3dd494c66c0325190', 1, '2026-12-02 03:00:00+00');
INSERT INTO identity.session (token_digest, principal_id, expires_at) VALUES ('\x47be5a6dbfa4b7a87fdc1a3aa35dfb1c401972ceac98fa15ff9a07a6198185fe', 2, '2026-12-02 03:00:00+00');
INSERT INTO identity.sign_in_code (code_digest, principal_id, uses_left, expires_at) VALUES ('\x4d85476faace6f06d1b78ea6d7ce08eafc900cc6b340f80a99588251bb3f64cd', 1, 1, '2026-12-18 03:00:00+00');
INSERT INTO identity.sign_in_code (code_digest, principal_id, uses_left, expires_at) VALUES ('\x073320480dffecfe7ef3ccd49bb31371a45dc1c0be56da7c48d3fe46ffee11a4', 2, 1, '2026-12-18 03:00:00+00');
INSERT INTO indicators.cell (indicator, zone, period_from, period_to, status, value, count, denominator, threshold, computed_at) VALUES ('participation', 'chuo', '2026-10-22', '2026-11-18', 'primary', NULL, NULL, NULL, 20, '2026-11-18 03:00:00+00');
INSERT INTO indicators.cell (indicator, zone, period_from, period_to, status, value, count, denominator, threshold, computed_at) VALUES ('participation', 'city', '2026-10-22', '2026-11-18', 'complementary', NULL, NULL, NULL, 20, '2026-11-18 03:00:00+00');
INSERT INTO indicators.cell (indicator, zone, period_from, period_to, status, value, count, denominator, threshold, computed_at) VALUES ('mean_steps', 'chuo', '2026-10-22', '2026-11-18', 'primary', NULL, NULL, NULL, 20, '2026-11-18 03:00:00+00');
INSERT INTO indicators.cell (indicator, zone, period_from, period_to, status, value, count, denominator, threshold, computed_at) VALUES ('mean_steps', 'city', '2026-10-22', '2026-11-18', 'complementary', NULL, NULL, NULL, 20, '2026-11-18 03:00:00+00');
INSERT INTO indicators.cell (indicator, zone, period_from, period_to, status, value, count, denominator, threshold, computed_at) VALUES ('below_target', 'chuo', '2026-10-22', '2026-11-18', 'primary', NULL, NULL, NULL, 20, '2026-11-18 03:00:00+00');
INSERT INTO indicators.cell (indicator, zone, period_from, period_to, status, value, count, denominator, threshold, computed_at) VALUES ('below_target', 'city', '2026-10-22', '2026-11-18', 'complementary', NULL, NULL, NULL, 20, '2026-11-18 03:00:00+00');
INSERT INTO indicators.zone (zone, name_ja, name_en, population, outline) VALUES ('chuo', '中央', 'Chuo', 5000, '{"type": "Polygon", "coordinates": [[[142.38, 43.34], [142.40, 43.34], [142.40, 43.36], [142.38, 43.34]]]}');
INSERT INTO rewards.programme (code, version, definition, in_force_from, in_force_to) VALUES ('yokohama', 1, '{"code": "yokohama", "name": {"en": "Walking points", "ja": "ウォーキングポイント"}, "rules": [{"code": "walk", "kind": "steps_per_point", "points_day_max": 5, "steps_per_point": 2000}], "version": 1, "in_force_to": "2027-03-31", "in_force_from": "2026-04-01", "late_window_days": 14}', '2026-04-01', '2027-03-31');
INSERT INTO rewards.programme_total (programme, version, points_awarded, residents_awarded, computed_at) VALUES ('yokohama', 1, 4, 2, '2026-11-18 03:00:00+00');
INSERT INTO rewards.transfer (resident_id, transfer_id, posted_at, programme, version, rule, period_start, debit_account, credit_account, amount, facts) OVERRIDING SYSTEM VALUE VALUES (1, 1, '2026-11-18 03:00:00+00', 'yokohama', 1, 'walk', '2026-11-17', 'budget', 'wallet', 3, '{"steps": 6774, "points": 3, "points_before": 0}');
INSERT INTO rewards.transfer (resident_id, transfer_id, posted_at, programme, version, rule, period_start, debit_account, credit_account, amount, facts) OVERRIDING SYSTEM VALUE VALUES (1, 2, '2026-11-18 03:00:00+00', 'yokohama', 1, 'walk', '2026-11-18', 'budget', 'wallet', 2, '{"steps": 5000, "points": 2, "points_before": 0}');
INSERT INTO rewards.transfer (resident_id, transfer_id, posted_at, programme, version, rule, period_start, debit_account, credit_account, amount, facts) OVERRIDING SYSTEM VALUE VALUES (2, 3, '2026-11-18 03:00:00+00', 'yokohama', 1, 'walk', '2026-11-17', 'budget', 'wallet', 1, '{"steps": 3600, "points": 1, "points_before": 0}');
INSERT INTO rewards.transfer (resident_id, transfer_id, posted_at, programme, version, rule, period_start, debit_account, credit_account, amount, facts) OVERRIDING SYSTEM VALUE VALUES (1, 4, '2026-11-18 03:00:00+00', 'yokohama', 1, 'walk', '2026-11-17', 'wallet', 'budget', 2, '{"steps": 3389, "points": 1, "points_before": 3}');
INSERT INTO rewards.wallet (resident_id, balance, owed, updated_at) VALUES (2, 1, 0, '2026-11-18 03:00:00+00');
INSERT INTO rewards.wallet (resident_id, balance, owed, updated_at) VALUES (1, 3, 0, '2026-11-18 03:00:00+00');
SELECT setval('health.upload_sequence', 15, true);
SELECT setval('identity.principal_principal_id_seq', 5, true);
SELECT setval('rewards.transfer_transfer_id_seq', 4, true);
