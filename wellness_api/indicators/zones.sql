SELECT zone, name_ja, name_en, population, outline FROM indicators.zone ORDER BY zone
