"""Small videos and audios to try the server with; `ORIGIN.md` tells whose they are."""
