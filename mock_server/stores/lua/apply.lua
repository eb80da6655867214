-- ARGV: prefix, access key, expected version, now (host ms), turn ('' for a step beside all turns),
--       worker,
--       agenda entries that the next turn begins with (0: go on with this one), life (s), journal
--       length, lease of the next turn (ms), who waits for yet another turn if others want the
--       next one ('' for nobody), changes: of each the number of its parts, a letter, and the
--       other parts
-- Returns: version (0: it is another, nothing was changed; -1: only turns may change anything for
--          now), 1 when this worker has to send, 1 when it waits for another turn
local ak, now, worker = ARGV[2], tonumber(ARGV[4]), ARGV[6]
local function end_turn(again)
  if ARGV[7] == '0' or not hand_over(ak, ARGV[5], ARGV[7], ARGV[10]) then return 0 end
  if not again or ARGV[11] == '' then return 0 end
  stand_in_line(ak, ARGV[11], ARGV[4])
  return 1
end
local A = key_of(ak)
local version = redis.call('HGET', A, 'version') or '0'
local changes, at = {}, 12
while at <= #ARGV do
  local parts = tonumber(ARGV[at])
  changes[#changes + 1] = {unpack(ARGV, at + 1, at + parts)}
  at = at + parts + 1
end
local writes, births = false, version ~= '0'
for _, change in ipairs(changes) do
  if change[1] ~= 'j' and change[1] ~= 'w' then writes = true end
  if change[1] == 'k' then births = true end
end
if writes and ARGV[5] == '' and closed_to_steps(ak) then return {-1, 0, 0} end
if writes and version ~= ARGV[3] then
  return {0, 0, end_turn(false)}
end
if not births and ak ~= '' then
  return {ARGV[3] == version and 1 or 0, 0, end_turn(false)}
end
local posted, planned = false, false
local function names_again(change)
  for _, name in ipairs(redis.call('SMEMBERS', P .. 'names:' .. ak)) do
    redis.call('DEL', P .. 'key:' .. name)
  end
  redis.call('DEL', P .. 'names:' .. ak)
  for i = 6, #change do
    redis.call('SET', P .. 'key:' .. change[i], ak)
    redis.call('SADD', P .. 'names:' .. ak, change[i])
  end
end
local function counter() return redis.call('INCR', P .. 'counter') end
local perform = {
  p = function(change)
    local records = table_of(ak, change[2])
    local new = redis.call('HSET', records, change[3], change[4])
    redis.call('ZADD', order_of(ak, change[2]), 'NX', counter(), change[3])
    if new == 1 and redis.call('HLEN', records) == 1 then
      redis.call('EXPIRE', records, ARGV[8])
      redis.call('EXPIRE', order_of(ak, change[2]), ARGV[8])
    end
    if change[2] == 'outbox' then posted = true end
    if change[2] == 'renders' then
      redis.call('HSET', P .. 'renders', ak .. '\n' .. change[3], worker)
    end
  end,
  d = function(change)
    redis.call('HDEL', table_of(ak, change[2]), change[3])
    redis.call('ZREM', order_of(ak, change[2]), change[3])
    if change[2] == 'renders' then redis.call('HDEL', P .. 'renders', ak .. '\n' .. change[3]) end
  end,
  s = function(change)
    planned = true
    local member = string.format('%016d', counter()) .. change[3]
    redis.call('ZADD', agenda_of(ak), change[2], member)
  end,
  x = function(change)
    planned = true
    local first = redis.call('ZRANGE', agenda_of(ak), 0, 0, 'WITHSCORES')
    if first[1] and tonumber(first[2]) == tonumber(change[2]) and string.sub(first[1], 17) == change[3] then
      redis.call('ZREM', agenda_of(ak), first[1])
    end
  end,
  k = function(change)
    planned = true
    redis.call('HSET', A, 'record', change[2], 'mark', counter(),
      'account_ms', change[3], 'host_ms', change[4], 'factor', change[5], 'used', 0)
    redis.call('SADD', P .. 'accounts', ak)
    names_again(change)
  end,
  f = function()
    planned = true
    redis.call('DEL', unpack(every_key(ak)))
    redis.call('SREM', P .. 'accounts', ak)
    redis.call('HDEL', P .. 'senders', ak)
  end,
  w = function() planned = true end,
  j = function(change)
    local sequence = redis.call('HINCRBY', A, 'journal', 1)
    redis.call('RPUSH', journal_of(ak), string.format('%.0f ', sequence) .. change[2])
    redis.call('LTRIM', journal_of(ak), -ARGV[9], -1)
  end,
}
for _, change in ipairs(changes) do perform[change[1]](change) end
local exists = redis.call('HEXISTS', A, 'record') == 1
if exists and writes then
  version = redis.call('INCR', P .. 'counter')
  redis.call('HSET', A, 'version', version)
end
if planned then
  local first = redis.call('ZRANGE', agenda_of(ak), 0, 0, 'WITHSCORES')
  local clock = redis.call('HMGET', A, 'account_ms', 'host_ms', 'factor')
  local due
  if first[1] and clock[3] then
    local ahead = first[2] - clock[1]
    if tonumber(clock[3]) > 0 then due = clock[2] + ahead / clock[3]
    elseif ahead <= 0 then due = 0 end
  end
  if due then
    redis.call('ZADD', P .. 'due', string.format('%.0f', math.ceil(due)), ak)
  else
    redis.call('ZREM', P .. 'due', ak)
  end
end
local send = 0
if posted then
  local sender = redis.call('HGET', P .. 'senders', ak)
  if not sender or not alive(sender) then
    redis.call('HSET', P .. 'senders', ak, worker)
    send = 1
  end
end
if exists and now - (tonumber(redis.call('HGET', A, 'used')) or 0) > 3600000 then
  redis.call('HSET', A, 'used', string.format('%.0f', now))
  for _, name in ipairs(every_key(ak)) do redis.call('EXPIRE', name, ARGV[8]) end
end
return {version, send, end_turn(true)}
