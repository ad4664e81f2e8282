"""Android's Health Connect: records and deletions."""
