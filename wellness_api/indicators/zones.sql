SELECT zone, name, population, outline FROM indicators.zone ORDER BY zone
