import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.LinkedHashMap;
import java.util.Map;
import kling.lipsync.ApiClient;
import kling.lipsync.ApiException;
import kling.lipsync.api.LipSyncApi;
import kling.lipsync.model.CallbackPayload;
import kling.lipsync.model.CreateTaskInput;
import kling.lipsync.model.ErrorEnvelope;
import kling.lipsync.model.FaceChoice;
import kling.lipsync.model.IdentifyInput;
import kling.lipsync.model.ServiceCode;
import kling.lipsync.model.Task;
import kling.lipsync.model.TaskEnvelope;
import kling.lipsync.model.TaskStatus;

/** Plays the scenario of the client tests against a mock; prints what it saw, one JSON line a step. */
public final class Scenario {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final LipSyncApi api;
  private final ObjectMapper json;
  private final Path replies;

  private Scenario(ApiClient client, Path replies) {
    this.api = new LipSyncApi(client);
    this.json = client.getObjectMapper();
    this.replies = replies;
  }

  public static void main(String[] arguments) throws Exception {
    var environment = System.getenv();
    var token = Token.mint(environment.get("ACCESS_KEY"), environment.get("SECRET_KEY"), Instant.now());
    var client = new ApiClient();
    client.updateBaseUri(environment.get("BASE_URL"));
    client.setReadTimeout(PATIENCE);
    client.setRequestInterceptor(request -> request.setHeader("Authorization", "Bearer " + token));
    new Scenario(client, Path.of(environment.get("REPLIES"))).play();
  }

  private void play() throws ApiException, IOException, InterruptedException {
    var found = api.identifyFace(
        new IdentifyInput().videoUrl("http://described.test/video?duration=8000&face=0-5200")).getData();
    var face = found.getFaceData().get(0);
    say("identify", Map.of(
        "session_id", found.getSessionId(), "faces", found.getFaceData().size(),
        "face_id", face.getFaceId(), "start_time", face.getStartTime(), "end_time", face.getEndTime()));

    var made = api.createLipSyncTask(
        order(found.getSessionId(), face.getFaceId(), 3000).externalTaskId("greeting-17")).getData();
    say("create", Map.of(
        "task_id", made.getTaskId(), "status", made.getTaskStatus(),
        "external_task_id", made.getTaskInfo().getExternalTaskId()));

    poll(made.getTaskId());
    say("list", Map.of("tasks", api.listLipSyncTasks(1, 10).getData().stream()
        .map(task -> task.getTaskId() + " " + task.getTaskStatus()).toList()));
    refused(order(found.getSessionId(), face.getFaceId(), 1000));
    unknown();
    callback();
  }

  private static CreateTaskInput order(String session, String face, long soundEnd) {
    var choice = new FaceChoice()
        .faceId(face)
        .soundFile("http://described.test/audio?duration=4000&format=mp3")
        .soundStartTime(0L)
        .soundEndTime(soundEnd)
        .soundInsertTime(1000L);
    return new CreateTaskInput().sessionId(session).faceChoose(List.of(choice));
  }

  private void poll(String id) throws ApiException, IOException, InterruptedException {
    var deadline = Instant.now().plus(PATIENCE);
    Task task = api.getLipSyncTask(id).getData();
    while (task.getTaskStatus() != TaskStatus.SUCCEED) {
      if (task.getTaskStatus() == TaskStatus.FAILED || Instant.now().isAfter(deadline)) {
        throw new IllegalStateException("the task did not succeed: " + task);
      }
      Thread.sleep(50);
      task = api.getLipSyncTask(id).getData();
    }
    var video = task.getTaskResult().getVideos().get(0);
    say("poll", Map.of(
        "task_id", task.getTaskId(), "status", task.getTaskStatus(), "video_id", video.getId(),
        "video_url", video.getUrl(), "duration", video.getDuration(),
        "source", task.getTaskInfo().getParentVideo().getDuration()));
  }

  private void refused(CreateTaskInput input) throws IOException {
    try {
      api.createLipSyncTask(input);
      throw new IllegalStateException("expected a refusal");
    } catch (ApiException refusal) {
      var envelope = json.readValue(refusal.getResponseBody(), ErrorEnvelope.class);
      say("refused", Map.of(
          "http", refusal.getCode(), "code", envelope.getCode(), "message", envelope.getMessage()));
    }
  }

  private void unknown() throws IOException {
    var task = read("task.json", TaskEnvelope.class).getData();
    var refusal = read("refusal.json", ErrorEnvelope.class);
    say("unknown", Map.of(
        "task_id", task.getTaskId(),
        "known_status", task.getTaskStatus() != TaskStatus.UNKNOWN_DEFAULT_OPEN_API,
        "known_code", refusal.getCode() != ServiceCode.UNKNOWN_DEFAULT_OPEN_API,
        "message", refusal.getMessage()));
  }

  private void callback() throws IOException {
    var task = read("callback.json", CallbackPayload.class);
    var video = task.getTaskResult().getVideos().get(0);
    say("callback", Map.of(
        "task_id", task.getTaskId(), "status", task.getTaskStatus(), "created_at", task.getCreatedAt(),
        "external_task_id", task.getTaskInfo().getExternalTaskId(),
        "video_id", video.getId(), "duration", video.getDuration()));
  }

  private <T> T read(String name, Class<T> type) throws IOException {
    return json.readValue(replies.resolve(name).toFile(), type);
  }

  private void say(String step, Map<String, Object> what) throws IOException {
    var line = new LinkedHashMap<String, Object>(what);
    line.put("step", step);
    System.out.println(json.writeValueAsString(line));
  }
}
