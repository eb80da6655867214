import java.io.File
import java.time.Duration
import java.time.Instant
import com.fasterxml.jackson.module.kotlin.readValue
import kling.lipsync.apis.LipSyncApi
import kling.lipsync.infrastructure.ApiClient
import kling.lipsync.infrastructure.ClientError
import kling.lipsync.infrastructure.ClientException
import kling.lipsync.infrastructure.Serializer
import kling.lipsync.models.CallbackPayload
import kling.lipsync.models.CreateTaskInput
import kling.lipsync.models.ErrorEnvelope
import kling.lipsync.models.FaceChoice
import kling.lipsync.models.IdentifyInput
import kling.lipsync.models.ServiceCode
import kling.lipsync.models.Task
import kling.lipsync.models.TaskEnvelope
import kling.lipsync.models.TaskStatus

private val PATIENCE = Duration.ofSeconds(30)
private val json = Serializer.jacksonObjectMapper

/** Plays the scenario of the client tests against a mock; prints what it saw, one JSON line a step. */
fun main() {
    ApiClient.accessToken = mint(setting("ACCESS_KEY"), setting("SECRET_KEY"), Instant.now())
    ApiClient.builder.callTimeout(PATIENCE)
    val api = LipSyncApi(setting("BASE_URL"))

    val (session, face) = identify(api)
    val id = create(api, session, face)
    poll(api, id)
    val tasks = api.listLipSyncTasks(pageNum = 1, pageSize = 10).data
    say("list", "tasks" to tasks.map { "${it.taskId} ${it.taskStatus}" })
    refused(api, order(session, face, soundEnd = 1000))
    unknown()
    callback()
}

private fun setting(name: String): String = requireNotNull(System.getenv(name)) { "$name is not set" }

private fun identify(api: LipSyncApi): Pair<String, String> {
    val found = api.identifyFace(
        IdentifyInput(videoUrl = "http://described.test/video?duration=8000&face=0-5200"),
    ).data
    val face = found.faceData.first()
    say(
        "identify", "session_id" to found.sessionId, "faces" to found.faceData.size,
        "face_id" to face.faceId, "start_time" to face.startTime, "end_time" to face.endTime,
    )
    return found.sessionId to face.faceId
}

private fun order(session: String, face: String, soundEnd: Long) = CreateTaskInput(
    sessionId = session,
    faceChoose = listOf(
        FaceChoice(
            faceId = face,
            soundFile = "http://described.test/audio?duration=4000&format=mp3",
            soundStartTime = 0,
            soundEndTime = soundEnd,
            soundInsertTime = 1000,
        ),
    ),
)

private fun create(api: LipSyncApi, session: String, face: String): String {
    val made = api.createLipSyncTask(order(session, face, soundEnd = 3000).copy(externalTaskId = "greeting-17")).data
    say(
        "create", "task_id" to made.taskId, "status" to made.taskStatus,
        "external_task_id" to made.taskInfo?.externalTaskId,
    )
    return made.taskId
}

private fun poll(api: LipSyncApi, id: String) {
    val task = ended(api, id)
    val video = requireNotNull(task.taskResult) { "the task did not succeed: $task" }.videos.first()
    say(
        "poll", "task_id" to task.taskId, "status" to task.taskStatus, "video_id" to video.id,
        "video_url" to video.url, "duration" to video.duration,
        "source" to task.taskInfo.parentVideo.duration,
    )
}

private fun ended(api: LipSyncApi, id: String): Task {
    val deadline = Instant.now() + PATIENCE
    while (true) {
        val task = api.getLipSyncTask(id).data
        when (task.taskStatus) {
            TaskStatus.succeed, TaskStatus.failed -> return task
            else -> check(Instant.now() < deadline) { "the task did not end: $task" }
        }
        Thread.sleep(50)
    }
}

private fun refused(api: LipSyncApi, input: CreateTaskInput) {
    try {
        api.createLipSyncTask(input)
        error("expected a refusal")
    } catch (refusal: ClientException) {
        val body = (refusal.response as ClientError<*>).body as String
        val envelope = json.readValue<ErrorEnvelope>(body)
        say("refused", "http" to refusal.statusCode, "code" to envelope.code, "message" to envelope.message)
    }
}

private fun unknown() {
    val task = read<TaskEnvelope>("task.json").data
    val refusal = read<ErrorEnvelope>("refusal.json")
    say(
        "unknown", "task_id" to task.taskId,
        "known_status" to (task.taskStatus != TaskStatus.unknown_default_open_api),
        "known_code" to (refusal.code != ServiceCode.UNKNOWN_DEFAULT_OPEN_API),
        "message" to refusal.message,
    )
}

private fun callback() {
    val task = read<CallbackPayload>("callback.json")
    val video = requireNotNull(task.taskResult).videos.first()
    say(
        "callback", "task_id" to task.taskId, "status" to task.taskStatus, "created_at" to task.createdAt,
        "external_task_id" to task.taskInfo.externalTaskId, "video_id" to video.id, "duration" to video.duration,
    )
}

private inline fun <reified T> read(name: String): T = json.readValue<T>(File(setting("REPLIES"), name))

private fun say(step: String, vararg what: Pair<String, Any?>) =
    println(json.writeValueAsString(mapOf("step" to step, *what)))
