import kling.lipsync.apis.LipSyncApi
import kling.lipsync.infrastructure.ApiClient
import kling.lipsync.models.IdentifyInput

fun main() {
    ApiClient.accessToken = "local-api-key"
    val api = LipSyncApi("http://127.0.0.1:8787")

    val found = api.identifyFace(
        IdentifyInput(videoUrl = "http://described.test/video?duration=8000&face=0-5200"),
    ).data
    for (face in found.faceData) {
        println("${found.sessionId} ${face.faceId} ${face.startTime} ${face.endTime}")
    }
}
