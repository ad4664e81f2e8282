SELECT rewards.make_team(:resident_id, :name, :size_max, :code_digest, :today)
