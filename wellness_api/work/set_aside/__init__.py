"""Items of work that failed alone: kept with their reason, seen by staff, tried again when it may help."""
