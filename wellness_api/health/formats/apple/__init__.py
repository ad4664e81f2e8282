"""Apple's HealthKit: its names, and samples as an app posts them."""
