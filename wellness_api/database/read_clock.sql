SELECT $1::timestamptz - rewards.clock() AS apart, rewards.clocks_agree($1::timestamptz) AS agrees
