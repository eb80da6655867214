-- Keys of an account: all begin with the prefix, so one Redis can serve several mocks.
local P = ARGV[1]
local function key_of(ak) return P .. 'account:' .. ak end
local function table_of(ak, kind) return P .. 'records:' .. kind .. ':' .. ak end
local function order_of(ak, kind) return P .. 'order:' .. kind .. ':' .. ak end
local function agenda_of(ak) return P .. 'agenda:' .. ak end
local function lock_of(ak) return P .. 'lock:' .. ak end
local function closed_to_steps(ak) return redis.call('EXISTS', P .. 'closed:' .. ak) == 1 end
local function journal_of(ak) return P .. 'journal:' .. ak end
local function waiting_of(ak) return P .. 'waiting:' .. ak end
local function alive(worker) return redis.call('EXISTS', P .. 'alive:' .. worker) == 1 end
local function resolved(name) return redis.call('GET', P .. 'key:' .. name) end
local KINDS = {'sessions', 'tasks', 'external_ids', 'open_tasks', 'videos', 'audios', 'deliveries',
  'held_back', 'ledger', 'totals', 'faults', 'counts', 'outbox', 'renders', 'results'}
local function every_key(ak)
  local names = {key_of(ak), agenda_of(ak), journal_of(ak)}
  for _, kind in ipairs(KINDS) do
    names[#names + 1] = table_of(ak, kind)
    names[#names + 1] = order_of(ak, kind)
  end
  for _, name in ipairs(redis.call('SMEMBERS', P .. 'names:' .. ak)) do
    names[#names + 1] = P .. 'key:' .. name
  end
  names[#names + 1] = P .. 'names:' .. ak
  return names
end
-- Who waits for a turn is a token, a worker (32 characters each) and the mark of the account that
-- this worker knows.
local function stand_in_line(ak, waiter, now)
  redis.call('ZADD', waiting_of(ak), 'NX', now, waiter)
  redis.call('PEXPIRE', waiting_of(ak), 60000)
end
local function forgo(ak, waiter) redis.call('ZREM', waiting_of(ak), waiter) end
-- What a look or a turn begins with: access key, version, mark, account ('' when the mark is the
-- known one), staged faults ('' for none), and of the agenda what and when in turn
local function state_of(ak, mark, entries)
  local told = redis.call('HMGET', key_of(ak), 'version', 'mark')
  local record = ''
  if told[2] ~= mark then record = redis.call('HGET', key_of(ak), 'record') end
  local state = {ak, told[1], told[2], record, redis.call('HGET', table_of(ak, 'faults'), 'queue') or ''}
  if entries > 0 then
    local agenda = redis.call('ZRANGE', agenda_of(ak), 0, entries - 1, 'WITHSCORES')
    for i = 1, #agenda do state[#state + 1] = agenda[i] end
  end
  return state
end
-- Ends a turn, and gives the next one to whoever has waited longest and is alive, with its state
-- as netstrings: nobody has to ask, and nobody who comes later is faster.  True if there is one.
local function hand_over(ak, token, entries, lease)
  if redis.call('GET', lock_of(ak)) ~= token then return false end
  redis.call('DEL', lock_of(ak))
  while redis.call('EXISTS', key_of(ak)) == 1 do
    local waiter = redis.call('ZPOPMIN', waiting_of(ak))[1]
    if not waiter then return false end
    if alive(string.sub(waiter, 33, 64)) then
      local state = state_of(ak, string.sub(waiter, 65), tonumber(entries))
      for i, part in ipairs(state) do state[i] = #part .. ':' .. part end
      local inbox = P .. 'inbox:' .. string.sub(waiter, 1, 32)
      redis.call('SET', lock_of(ak), string.sub(waiter, 1, 32), 'PX', lease)
      redis.call('RPUSH', inbox, table.concat(state))
      redis.call('PEXPIRE', inbox, lease)
      return true
    end
  end
  return false
end
