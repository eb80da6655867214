-- What this worker has to send for an account; when nothing is left it is the sender no more.
-- ARGV: prefix, access key, worker
local ak = ARGV[2]
local sender = redis.call('HGET', P .. 'senders', ak)
if sender and sender ~= ARGV[3] and alive(sender) then return {} end
local waiting = redis.call('ZRANGE', order_of(ak, 'outbox'), 0, 99)
if #waiting == 0 then redis.call('HDEL', P .. 'senders', ak)
else redis.call('HSET', P .. 'senders', ak, ARGV[3]) end
return waiting
