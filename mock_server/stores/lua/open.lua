-- ARGV: prefix, key, turn ('' only looks), worker, lease ms, known mark, agenda entries wanted,
--       now (host ms), kind and key of each record wanted
-- Returns: nothing without account; access key, 0 while another has the turn; else
--          access key, version, mark, account ('' when the mark is the known one), agenda, records
local ak = resolved(ARGV[2])
if not ak then return {} end
if ARGV[3] ~= '' and not redis.call('SET', lock_of(ak), ARGV[3], 'NX', 'PX', ARGV[5]) then
  redis.call('ZADD', waiting_of(ak), 'NX', ARGV[8], ARGV[4])
  redis.call('PEXPIRE', waiting_of(ak), 60000)
  return {ak, 0}
end
local told = redis.call('HMGET', key_of(ak), 'version', 'mark')
local record = ''
if told[2] ~= ARGV[6] then record = redis.call('HGET', key_of(ak), 'record') end
local agenda = {}
if tonumber(ARGV[7]) > 0 then
  agenda = redis.call('ZRANGE', agenda_of(ak), 0, ARGV[7] - 1, 'WITHSCORES')
end
local records = {}
for i = 9, #ARGV, 2 do
  records[#records + 1] = redis.call('HGET', table_of(ak, ARGV[i]), ARGV[i + 1])
end
return {ak, told[1], told[2], record, agenda, records}
