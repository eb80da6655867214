-- Keys of an account: all begin with the prefix, so one Redis can serve several mocks.
local P = ARGV[1]
local function key_of(ak) return P .. 'account:' .. ak end
local function table_of(ak, kind) return P .. 'records:' .. kind .. ':' .. ak end
local function order_of(ak, kind) return P .. 'order:' .. kind .. ':' .. ak end
local function agenda_of(ak) return P .. 'agenda:' .. ak end
local function lock_of(ak) return P .. 'lock:' .. ak end
local function journal_of(ak) return P .. 'journal:' .. ak end
local function waiting_of(ak) return P .. 'waiting:' .. ak end
local function alive(worker) return redis.call('EXISTS', P .. 'alive:' .. worker) == 1 end
local function resolved(name) return redis.call('GET', P .. 'key:' .. name) end
local KINDS = {'sessions', 'tasks', 'external_ids', 'open_tasks', 'videos', 'audios', 'deliveries',
  'held_back', 'ledger', 'totals', 'faults', 'counts', 'outbox', 'renders'}
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
