SELECT definition
FROM rewards.programme
ORDER BY code, version
