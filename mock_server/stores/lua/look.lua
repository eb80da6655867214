-- What a worker looks for every so often.
-- ARGV: prefix, worker, now (host ms), life of a worker (ms), 1 to look for what the dead left
-- Returns: accounts that are due, accounts to send for, renders to make, next instant, how many
--          workers look
local worker, now = ARGV[2], tonumber(ARGV[3])
redis.call('SET', P .. 'alive:' .. worker, 1, 'PX', ARGV[4])
redis.call('ZADD', P .. 'workers', now, worker)
redis.call('ZREMRANGEBYSCORE', P .. 'workers', '-inf', now - ARGV[4])
local due = redis.call('ZRANGEBYSCORE', P .. 'due', '-inf', now, 'LIMIT', 0, 16)
for _, ak in ipairs(due) do redis.call('ZADD', P .. 'due', string.format('%.0f', now + 1000), ak) end
local senders, renders = {}, {}
if ARGV[5] == '1' then
  local all = redis.call('HGETALL', P .. 'senders')
  for i = 1, #all, 2 do
    if not alive(all[i + 1]) then
      redis.call('HSET', P .. 'senders', all[i], worker)
      senders[#senders + 1] = all[i]
    end
  end
  all = redis.call('HGETALL', P .. 'renders')
  for i = 1, #all, 2 do
    if not alive(all[i + 1]) then
      redis.call('HSET', P .. 'renders', all[i], worker)
      renders[#renders + 1] = all[i]
    end
  end
end
local first = redis.call('ZRANGE', P .. 'due', 0, 0, 'WITHSCORES')
return {due, senders, renders, first[2] or '', redis.call('ZCARD', P .. 'workers')}
