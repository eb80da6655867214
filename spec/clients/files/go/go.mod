module kling-lipsync-api

go 1.23
