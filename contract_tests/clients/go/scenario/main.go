// Plays the scenario of the client tests against a mock and prints what it saw, one JSON line a step.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"time"

	klinglipsync "kling-lipsync-api"
)

const patience = 30 * time.Second

func main() {
	if err := play(); err != nil {
		log.Fatal(err)
	}
}

func play() error {
	token, err := mint(os.Getenv("ACCESS_KEY"), os.Getenv("SECRET_KEY"), time.Now())
	if err != nil {
		return err
	}
	settings := klinglipsync.NewConfiguration()
	settings.Servers = klinglipsync.ServerConfigurations{{URL: os.Getenv("BASE_URL")}}
	settings.HTTPClient = &http.Client{Timeout: patience}
	api := klinglipsync.NewAPIClient(settings).LipSyncAPI
	ctx := context.WithValue(context.Background(), klinglipsync.ContextAccessToken, token)

	session, face, err := identify(ctx, api)
	if err != nil {
		return fmt.Errorf("identify: %w", err)
	}
	task, err := create(ctx, api, session, face)
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	if err := poll(ctx, api, task); err != nil {
		return fmt.Errorf("poll: %w", err)
	}
	if err := list(ctx, api); err != nil {
		return fmt.Errorf("list: %w", err)
	}
	if err := refused(ctx, api, session, face); err != nil {
		return fmt.Errorf("refused: %w", err)
	}
	if err := unknown(); err != nil {
		return fmt.Errorf("unknown: %w", err)
	}
	return callback()
}

func identify(ctx context.Context, api *klinglipsync.LipSyncAPIService) (session, face string, err error) {
	input := klinglipsync.NewIdentifyInput()
	input.SetVideoUrl("http://described.test/video?duration=8000&face=0-5200")
	reply, _, err := api.IdentifyFace(ctx).IdentifyInput(*input).Execute()
	if err != nil {
		return "", "", err
	}
	if len(reply.Data.FaceData) == 0 {
		return "", "", errors.New("no face")
	}
	found := reply.Data.FaceData[0]
	say("identify", line{
		"session_id": reply.Data.SessionId, "faces": len(reply.Data.FaceData),
		"face_id": found.FaceId, "start_time": found.StartTime, "end_time": found.EndTime,
	})
	return reply.Data.SessionId, found.FaceId, nil
}

func order(session, face string, soundEnd int64) klinglipsync.CreateTaskInput {
	choice := klinglipsync.NewFaceChoice(face, 0, soundEnd, 1000)
	choice.SetSoundFile("http://described.test/audio?duration=4000&format=mp3")
	return *klinglipsync.NewCreateTaskInput(session, []klinglipsync.FaceChoice{*choice})
}

func create(ctx context.Context, api *klinglipsync.LipSyncAPIService, session, face string) (string, error) {
	input := order(session, face, 3000)
	input.SetExternalTaskId("greeting-17")
	reply, _, err := api.CreateLipSyncTask(ctx).CreateTaskInput(input).Execute()
	if err != nil {
		return "", err
	}
	say("create", line{
		"task_id": reply.Data.TaskId, "status": reply.Data.TaskStatus,
		"external_task_id": reply.Data.TaskInfo.GetExternalTaskId(),
	})
	return reply.Data.TaskId, nil
}

func poll(ctx context.Context, api *klinglipsync.LipSyncAPIService, id string) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		reply, _, err := api.GetLipSyncTask(ctx, id).Execute()
		if err != nil {
			return err
		}
		task := reply.Data
		switch task.TaskStatus {
		case klinglipsync.TASKSTATUS_SUCCEED:
			video := task.TaskResult.Videos[0]
			say("poll", line{
				"task_id": task.TaskId, "status": task.TaskStatus, "video_id": video.Id,
				"video_url": video.Url, "duration": video.Duration,
				"source": task.TaskInfo.ParentVideo.Duration,
			})
			return nil
		case klinglipsync.TASKSTATUS_FAILED:
			return errors.New(task.TaskStatusMsg)
		}
	}
	return errors.New("the task did not end")
}

func list(ctx context.Context, api *klinglipsync.LipSyncAPIService) error {
	reply, _, err := api.ListLipSyncTasks(ctx).PageNum(1).PageSize(10).Execute()
	if err != nil {
		return err
	}
	tasks := make([]string, 0, len(reply.Data))
	for _, task := range reply.Data {
		tasks = append(tasks, task.TaskId+" "+string(task.TaskStatus))
	}
	say("list", line{"tasks": tasks})
	return nil
}

func refused(ctx context.Context, api *klinglipsync.LipSyncAPIService, session, face string) error {
	_, response, err := api.CreateLipSyncTask(ctx).CreateTaskInput(order(session, face, 1000)).Execute()
	var refusal *klinglipsync.GenericOpenAPIError
	if !errors.As(err, &refusal) {
		return fmt.Errorf("expected a refusal, got %v", err)
	}
	envelope, ok := refusal.Model().(klinglipsync.ErrorEnvelope)
	if !ok {
		return fmt.Errorf("expected an ErrorEnvelope, got %T", refusal.Model())
	}
	say("refused", line{"http": response.StatusCode, "code": envelope.Code, "message": envelope.Message})
	return nil
}

func unknown() error {
	var reply klinglipsync.TaskEnvelope
	var refusal klinglipsync.ErrorEnvelope
	if err := read("task.json", &reply); err != nil {
		return err
	}
	if err := read("refusal.json", &refusal); err != nil {
		return err
	}
	say("unknown", line{
		"task_id":      reply.Data.TaskId,
		"known_status": reply.Data.TaskStatus != klinglipsync.TASKSTATUS_UNKNOWN_DEFAULT_OPEN_API,
		"known_code":   refusal.Code != klinglipsync.SERVICECODE_UNKNOWN_DEFAULT_OPEN_API,
		"message":      refusal.Message,
	})
	return nil
}

func callback() error {
	var payload klinglipsync.CallbackPayload
	if err := read("callback.json", &payload); err != nil {
		return fmt.Errorf("callback: %w", err)
	}
	video := payload.TaskResult.Videos[0]
	say("callback", line{
		"task_id": payload.TaskId, "status": payload.TaskStatus, "created_at": payload.CreatedAt,
		"external_task_id": payload.TaskInfo.GetExternalTaskId(),
		"video_id":         video.Id, "duration": video.Duration,
	})
	return nil
}

func read(name string, into any) error {
	body, err := os.ReadFile(filepath.Join(os.Getenv("REPLIES"), name))
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}

type line map[string]any

func say(step string, what line) {
	what["step"] = step
	if err := json.NewEncoder(os.Stdout).Encode(what); err != nil {
		log.Fatal(err)
	}
}
