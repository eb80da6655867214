import { identifyFace } from 'kling-lipsync-api';
import { client } from 'kling-lipsync-api/client';

client.setConfig({ baseUrl: 'http://127.0.0.1:8787', auth: 'local-api-key' });

const { data, error } = await identifyFace({
  body: { video_url: 'http://described.test/video?duration=8000&face=0-5200' },
});
if (error) {
  throw new Error(`${error.code}: ${error.message}`);
}
for (const face of data.data.face_data) {
  console.log(data.data.session_id, face.face_id, face.start_time, face.end_time);
}
