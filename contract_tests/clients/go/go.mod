module kling-lipsync-contract-tests

go 1.23

require kling-lipsync-api v0.0.0

replace kling-lipsync-api => ../../../generated/go
