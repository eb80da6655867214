import kling.lipsync.ApiClient;
import kling.lipsync.ApiException;
import kling.lipsync.api.LipSyncApi;
import kling.lipsync.model.Face;
import kling.lipsync.model.IdentifyInput;

public final class FirstCall {
  public static void main(String[] arguments) throws ApiException {
    ApiClient client = new ApiClient();
    client.updateBaseUri("http://127.0.0.1:8787");
    client.setRequestInterceptor(
        request -> request.setHeader("Authorization", "Bearer local-api-key"));

    var input = new IdentifyInput()
        .videoUrl("http://described.test/video?duration=8000&face=0-5200");
    var found = new LipSyncApi(client).identifyFace(input).getData();
    for (Face face : found.getFaceData()) {
      System.out.printf("%s %s %d %d%n",
          found.getSessionId(), face.getFaceId(), face.getStartTime(), face.getEndTime());
    }
  }
}
