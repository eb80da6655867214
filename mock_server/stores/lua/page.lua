-- ARGV: prefix, access key, kind, first, last, 1 for newest first
local names = redis.call(ARGV[6] == '1' and 'ZREVRANGE' or 'ZRANGE', order_of(ARGV[2], ARGV[3]), ARGV[4], ARGV[5])
local records = {}
for i = 1, #names, 1000 do
  local some = redis.call('HMGET', table_of(ARGV[2], ARGV[3]), unpack(names, i, math.min(i + 999, #names)))
  for _, record in ipairs(some) do records[#records + 1] = record end
end
return records
