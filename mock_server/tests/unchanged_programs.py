"""Programs as users have them: the vendor's host built in, and no word of a mock.

Each lists tasks, identifies a video, creates a task, queries it until it ends, and downloads
the result and the face's picture.  It prints as JSON the URLs of both, what each reply said in
Content-Length, and the files it wrote to the working folder.
"""

CURL = r"""
set -eu
api=https://api-singapore.klingai.com/v1/videos
auth='Authorization: Bearer local-api-key'
pick() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
call() { curl -sS --fail-with-body -H "$auth" -H 'Content-Type: application/json' "$@"; }

call $api/advanced-lip-sync >list.json
video=http://described.test/video?duration=8000\&face=0-5200
call $api/identify-face -d '{"video_url": "'$video'"}' >faces.json
session=$(pick session_id <faces.json)
sound=https://p1-kling.klingai.com/kcdn/cdn-kcdn112452/kling-qa-test/go-to-world.mp3
times='"sound_start_time": 0, "sound_end_time": 3000, "sound_insert_time": 1000'
choice='{"face_id": "0", "sound_file": "'$sound'", '"$times"'}'
call $api/advanced-lip-sync >task.json \
  -d '{"session_id": "'$session'", "face_choose": ['"$choice"']}'
task=$(pick task_id <task.json)
for turn in $(seq 200); do
  call $api/advanced-lip-sync/$task >task.json
  status=$(pick task_status <task.json)
  test "$status" = succeed && break
  sleep 0.05
done
test "$status" = succeed
result=$(pick url <task.json)
face=$(pick face_image <faces.json)
curl -sS --fail -D result.head -o result.mp4 "$result"
curl -sS --fail -D face.head -o face.jpg "$face"
length() { tr -d '\r' <$1 | sed -n 's/^[Cc]ontent-[Ll]ength: //p' | tail -n 1; }
printf '{"result": "%s", "result_length": %s, "face": "%s", "face_length": %s}\n' \
  "$result" "$(length result.head)" "$face" "$(length face.head)"
"""

_PYTHON = """
import json, pathlib, sys, time
import LIBRARY as http

API = "https://api-singapore.klingai.com/v1/videos"
SOUND = "https://p1-kling.klingai.com/kcdn/cdn-kcdn112452/kling-qa-test/go-to-world.mp3"
HEADERS = {"Authorization": "Bearer local-api-key"}


def data(reply):
    reply.raise_for_status()
    return reply.json()["data"]


def download(url, name):
    reply = http.get(url)
    reply.raise_for_status()
    pathlib.Path(name).write_bytes(reply.content)
    return int(reply.headers["Content-Length"])


data(http.get(f"{API}/advanced-lip-sync", headers=HEADERS))
video = {"video_url": "http://described.test/video?duration=8000&face=0-5200"}
session = data(http.post(f"{API}/identify-face", headers=HEADERS, json=video))
choice = {"face_id": "0", "sound_file": SOUND, "sound_start_time": 0, "sound_end_time": 3000,
          "sound_insert_time": 1000}
order = {"session_id": session["session_id"], "face_choose": [choice]}
task = data(http.post(f"{API}/advanced-lip-sync", headers=HEADERS, json=order))
for _ in range(200):
    task = data(http.get(f"{API}/advanced-lip-sync/{task['task_id']}", headers=HEADERS))
    if task["task_status"] == "succeed":
        break
    time.sleep(0.05)
result = task["task_result"]["videos"][0]["url"]
face = session["face_data"][0]["face_image"]
print(json.dumps({"result": result, "result_length": download(result, "result.mp4"),
                  "face": face, "face_length": download(face, "face.jpg")}))
"""

REQUESTS = _PYTHON.replace("LIBRARY", "requests")
HTTPX = _PYTHON.replace("LIBRARY", "httpx")

NODE = """
import { writeFile } from 'node:fs/promises';

const api = 'https://api-singapore.klingai.com/v1/videos';
const sound = 'https://p1-kling.klingai.com/kcdn/cdn-kcdn112452/kling-qa-test/go-to-world.mp3';
const headers = { authorization: 'Bearer local-api-key', 'content-type': 'application/json' };

async function call(path, body) {
  const sent = body && { method: 'POST', body: JSON.stringify(body) };
  const reply = await fetch(api + path, { headers, ...sent });
  if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
  return (await reply.json()).data;
}

async function download(url, name) {
  const reply = await fetch(url);
  if (!reply.ok) throw new Error(`${reply.status} ${url}`);
  await writeFile(name, Buffer.from(await reply.arrayBuffer()));
  return Number(reply.headers.get('content-length'));
}

await call('/advanced-lip-sync');
const video_url = 'http://described.test/video?duration=8000&face=0-5200';
const session = await call('/identify-face', { video_url });
const times = { sound_start_time: 0, sound_end_time: 3000, sound_insert_time: 1000 };
const face_choose = [{ face_id: '0', sound_file: sound, ...times }];
let task = await call('/advanced-lip-sync', { session_id: session.session_id, face_choose });
for (let turn = 0; turn < 200 && task.task_status !== 'succeed'; turn++) {
  await new Promise((done) => setTimeout(done, 50));
  task = await call(`/advanced-lip-sync/${task.task_id}`);
}
const result = task.task_result.videos[0].url;
const face = session.face_data[0].face_image;
const result_length = await download(result, 'result.mp4');
const face_length = await download(face, 'face.jpg');
console.log(JSON.stringify({ result, result_length, face, face_length }));
"""

JAVA = r"""
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.regex.Pattern;

class Program {
  static final String API = "https://api-singapore.klingai.com/v1/videos";
  static final String SOUND =
      "https://p1-kling.klingai.com/kcdn/cdn-kcdn112452/kling-qa-test/go-to-world.mp3";
  static final HttpClient CLIENT = HttpClient.newHttpClient();

  static String call(String path, String body) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(API + path))
        .header("Authorization", "Bearer local-api-key").header("Content-Type", "application/json");
    if (body != null) request.POST(HttpRequest.BodyPublishers.ofString(body));
    var reply = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (reply.statusCode() != 200) throw new Exception(reply.body());
    return reply.body();
  }

  static String pick(String json, String key) {
    var match = Pattern.compile("\"" + key + "\":\"([^\"]*)\"").matcher(json);
    return match.find() ? match.group(1) : "";
  }

  static long download(String url, String name) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).build();
    var reply = CLIENT.send(request, HttpResponse.BodyHandlers.ofFile(Path.of(name)));
    if (reply.statusCode() != 200) throw new Exception(url);
    return reply.headers().firstValueAsLong("Content-Length").orElse(-1);
  }

  public static void main(String[] arguments) throws Exception {
    call("/advanced-lip-sync", null);
    var faces = call("/identify-face",
        "{\"video_url\": \"http://described.test/video?duration=8000&face=0-5200\"}");
    var task = pick(call("/advanced-lip-sync", "{\"session_id\": \"" + pick(faces, "session_id")
        + "\", \"face_choose\": [{\"face_id\": \"0\", \"sound_file\": \"" + SOUND
        + "\", \"sound_start_time\": 0, \"sound_end_time\": 3000, \"sound_insert_time\": 1000}]}"),
        "task_id");
    var state = "";
    for (int turn = 0; turn < 200 && !pick(state, "task_status").equals("succeed"); turn++) {
      Thread.sleep(50);
      state = call("/advanced-lip-sync/" + task, null);
    }
    var result = pick(state.substring(state.indexOf("task_result")), "url");
    var face = pick(faces, "face_image");
    System.out.printf("{\"result\": \"%s\", \"result_length\": %d, ",
        result, download(result, "result.mp4"));
    System.out.printf("\"face\": \"%s\", \"face_length\": %d}%n",
        face, download(face, "face.jpg"));
  }
}
"""
