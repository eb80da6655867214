-- Ends a turn that changes nothing.  ARGV: prefix, access key, turn
local ak = ARGV[2]
if redis.call('GET', lock_of(ak)) == ARGV[3] then
  redis.call('DEL', lock_of(ak))
  local next_one = redis.call('ZPOPMIN', waiting_of(ak))[1]
  if next_one then
    redis.call('RPUSH', P .. 'inbox:' .. next_one, ak)
    redis.call('EXPIRE', P .. 'inbox:' .. next_one, 60)
  end
end
