"""What any process stands on: settings, clock, logs, trouble."""
