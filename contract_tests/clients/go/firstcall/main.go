package main

import (
	"context"
	"fmt"
	"log"

	klinglipsync "kling-lipsync-api"
)

func main() {
	settings := klinglipsync.NewConfiguration()
	settings.Servers = klinglipsync.ServerConfigurations{{URL: "http://127.0.0.1:8787"}}
	client := klinglipsync.NewAPIClient(settings)
	ctx := context.WithValue(context.Background(), klinglipsync.ContextAccessToken, "local-api-key")

	input := klinglipsync.NewIdentifyInput()
	input.SetVideoUrl("http://described.test/video?duration=8000&face=0-5200")
	reply, _, err := client.LipSyncAPI.IdentifyFace(ctx).IdentifyInput(*input).Execute()
	if err != nil {
		log.Fatal(err)
	}
	for _, face := range reply.Data.FaceData {
		fmt.Println(reply.Data.SessionId, face.FaceId, face.StartTime, face.EndTime)
	}
}
