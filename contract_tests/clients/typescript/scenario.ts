// Plays the scenario of the client tests against a mock; prints what it saw, one JSON line a step.
// It finds the face, makes the task and follows it with the SDK, and uses openapi-fetch for the rest.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createLipSyncTask,
  getLipSyncTask,
  identifyFace,
  type CallbackPayload,
  type CreateTaskInput,
  type ErrorEnvelope,
  type Task,
  type TaskEnvelope,
} from 'kling-lipsync-api';
import { client } from 'kling-lipsync-api/client';
import { createClient } from 'kling-lipsync-api/fetch';
import { mint } from './token.js';

const PATIENCE_MS = 30_000;
const STATUSES: readonly string[] = ['submitted', 'processing', 'succeed', 'failed'] satisfies Task['task_status'][];
// 1201 stands for all codes that this program acts on.
const CODES: readonly number[] = [1201] satisfies ErrorEnvelope['code'][];

const baseUrl = setting('BASE_URL');
const token = mint(setting('ACCESS_KEY'), setting('SECRET_KEY'), Math.floor(Date.now() / 1000));
client.setConfig({ baseUrl, auth: token });
const api = createClient({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

const { session, face } = await identify();
const id = await create(order(session, face, 3000));
await poll(id);
await list();
await refused(order(session, face, 1000));
unknown();
callback();

function setting(name: string): string {
  const value = process.env[name];
  assert(value, `${name} is not set`);
  return value;
}

async function identify(): Promise<{ session: string; face: string }> {
  const { data, error } = await identifyFace({
    body: { video_url: 'http://described.test/video?duration=8000&face=0-5200' },
  });
  assert(data, error?.message);
  const { session_id, face_data } = data.data;
  const [found] = face_data;
  assert(found, 'no face');
  const { face_id, start_time, end_time } = found;
  say('identify', { session_id, faces: face_data.length, face_id, start_time, end_time });
  return { session: session_id, face: face_id };
}

function order(session_id: string, face_id: string, sound_end_time: number): CreateTaskInput {
  const sound_file = 'http://described.test/audio?duration=4000&format=mp3';
  const times = { sound_start_time: 0, sound_end_time, sound_insert_time: 1000 };
  return { session_id, face_choose: [{ face_id, sound_file, ...times }] };
}

async function create(body: CreateTaskInput): Promise<string> {
  const { data, error } = await createLipSyncTask({ body: { ...body, external_task_id: 'greeting-17' } });
  assert(data, error?.message);
  const { task_id, task_status, task_info } = data.data;
  say('create', { task_id, status: task_status, external_task_id: task_info?.external_task_id });
  return task_id;
}

async function poll(task_id: string): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(50)) {
    const { data, error } = await getLipSyncTask({ path: { task_id } });
    assert(data, error?.message);
    const task = data.data;
    if (task.task_status === 'succeed') {
      const video = task.task_result?.videos[0];
      assert(video, 'no video');
      const { id: video_id, url: video_url, duration } = video;
      const source = task.task_info.parent_video.duration;
      say('poll', { task_id: task.task_id, status: task.task_status, video_id, video_url, duration, source });
      return;
    }
    assert(task.task_status !== 'failed', task.task_status_msg);
  }
  assert.fail('the task did not end');
}

async function list(): Promise<void> {
  const { data, error } = await api.GET('/v1/videos/advanced-lip-sync', {
    params: { query: { pageNum: 1, pageSize: 10 } },
  });
  assert(data, error?.message);
  say('list', { tasks: data.data.map((task) => `${task.task_id} ${task.task_status}`) });
}

async function refused(body: CreateTaskInput): Promise<void> {
  const { error, response } = await api.POST('/v1/videos/advanced-lip-sync', { body });
  assert(error, 'expected a refusal');
  const sdk = await createLipSyncTask({ body });
  assert.deepEqual([sdk.response?.status, sdk.error?.code], [response.status, error.code]);
  say('refused', { http: response.status, code: error.code, message: error.message });
}

function unknown(): void {
  const task = read<TaskEnvelope>('task.json').data;
  const refusal = read<ErrorEnvelope>('refusal.json');
  say('unknown', {
    task_id: task.task_id,
    known_status: STATUSES.includes(task.task_status),
    known_code: CODES.includes(refusal.code),
    message: refusal.message,
  });
}

function callback(): void {
  const task = read<CallbackPayload>('callback.json');
  const video = task.task_result?.videos[0];
  assert(video, 'no video');
  say('callback', {
    task_id: task.task_id,
    status: task.task_status,
    created_at: task.created_at,
    external_task_id: task.task_info.external_task_id,
    video_id: video.id,
    duration: video.duration,
  });
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(`${setting('REPLIES')}/${name}`, 'utf8')) as T;
}

function say(step: string, what: object): void {
  console.log(JSON.stringify({ step, ...what }));
}
