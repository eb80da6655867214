-- ARGV: prefix, key, turn ('' only looks), worker, lease ms, known mark, agenda entries wanted,
--       now (host ms), 1 to be given the turn once it is free
-- Returns: nothing without account; access key and 0 while another has the turn; else the state
local ak = resolved(ARGV[2])
if not ak then return {} end
if ARGV[3] ~= '' then
  local waiter = ARGV[3] .. ARGV[4] .. ARGV[6]
  local free = redis.call('SET', lock_of(ak), ARGV[3], 'NX', 'PX', ARGV[5])
  if not free and redis.call('GET', lock_of(ak)) ~= ARGV[3] then
    if ARGV[9] == '1' then stand_in_line(ak, waiter, ARGV[8]) end
    return {ak, 0}
  end
  if ARGV[9] == '1' then forgo(ak, waiter) end
end
return state_of(ak, ARGV[6], tonumber(ARGV[7]))
