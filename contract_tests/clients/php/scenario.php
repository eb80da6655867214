<?php

// Plays the scenario of the client tests against a mock; prints what it saw, one JSON line a step.

declare(strict_types=1);

require __DIR__ . '/autoload.php';
require __DIR__ . '/token.php';

use GuzzleHttp\Client;
use Kling\LipSync\Api\LipSyncApi;
use Kling\LipSync\ApiException;
use Kling\LipSync\Configuration;
use Kling\LipSync\Model\CallbackPayload;
use Kling\LipSync\Model\CreateTaskInput;
use Kling\LipSync\Model\ErrorEnvelope;
use Kling\LipSync\Model\FaceChoice;
use Kling\LipSync\Model\IdentifyInput;
use Kling\LipSync\Model\ServiceCode;
use Kling\LipSync\Model\Task;
use Kling\LipSync\Model\TaskEnvelope;
use Kling\LipSync\Model\TaskStatus;
use Kling\LipSync\ObjectSerializer;

const PATIENCE_S = 30;

$settings = (new Configuration())
    ->setHost(setting('BASE_URL'))
    ->setAccessToken(mint(setting('ACCESS_KEY'), setting('SECRET_KEY'), time()));
$api = new LipSyncApi(new Client(['timeout' => PATIENCE_S]), $settings);

[$session, $face] = identify($api);
$id = create($api, order($session, $face, 3000));
poll($api, $id);
say('list', ['tasks' => array_map(
    static fn (Task $task): string => "{$task->getTaskId()} {$task->getTaskStatus()}",
    $api->listLipSyncTasks(1, 10)->getData()
)]);
refused($api, order($session, $face, 1000));
unknown();
callback();

function setting(string $name): string
{
    return getenv($name) ?: throw new RuntimeException("{$name} is not set");
}

/** @return array{string, string} the session and its face */
function identify(LipSyncApi $api): array
{
    $input = (new IdentifyInput())->setVideoUrl('http://described.test/video?duration=8000&face=0-5200');
    $found = $api->identifyFace($input)->getData();
    $face = $found->getFaceData()[0];
    say('identify', [
        'session_id' => $found->getSessionId(), 'faces' => count($found->getFaceData()),
        'face_id' => $face->getFaceId(),
        'start_time' => $face->getStartTime(), 'end_time' => $face->getEndTime(),
    ]);

    return [$found->getSessionId(), $face->getFaceId()];
}

function order(string $session, string $face, int $soundEnd): CreateTaskInput
{
    $choice = (new FaceChoice())
        ->setFaceId($face)
        ->setSoundFile('http://described.test/audio?duration=4000&format=mp3')
        ->setSoundStartTime(0)
        ->setSoundEndTime($soundEnd)
        ->setSoundInsertTime(1000);

    return (new CreateTaskInput())->setSessionId($session)->setFaceChoose([$choice]);
}

function create(LipSyncApi $api, CreateTaskInput $input): string
{
    $made = $api->createLipSyncTask($input->setExternalTaskId('greeting-17'))->getData();
    say('create', [
        'task_id' => $made->getTaskId(), 'status' => $made->getTaskStatus(),
        'external_task_id' => $made->getTaskInfo()?->getExternalTaskId(),
    ]);

    return $made->getTaskId();
}

function poll(LipSyncApi $api, string $id): void
{
    $deadline = time() + PATIENCE_S;
    do {
        usleep(50_000);
        $task = $api->getLipSyncTask($id)->getData();
        $ended = in_array($task->getTaskStatus(), [TaskStatus::SUCCEED, TaskStatus::FAILED], true);
    } while (!$ended && time() < $deadline);
    $video = $task->getTaskResult()?->getVideos()[0]
        ?? throw new RuntimeException("the task did not succeed: {$task}");
    say('poll', [
        'task_id' => $task->getTaskId(), 'status' => $task->getTaskStatus(), 'video_id' => $video->getId(),
        'video_url' => $video->getUrl(), 'duration' => $video->getDuration(),
        'source' => $task->getTaskInfo()->getParentVideo()->getDuration(),
    ]);
}

function refused(LipSyncApi $api, CreateTaskInput $input): void
{
    try {
        $api->createLipSyncTask($input);
    } catch (ApiException $refusal) {
        $envelope = $refusal->getResponseObject();
        assert($envelope instanceof ErrorEnvelope);
        say('refused', [
            'http' => $refusal->getCode(), 'code' => $envelope->getCode(), 'message' => $envelope->getMessage(),
        ]);

        return;
    }
    throw new RuntimeException('expected a refusal');
}

function unknown(): void
{
    $task = read('task.json', TaskEnvelope::class)->getData();
    $refusal = read('refusal.json', ErrorEnvelope::class);
    say('unknown', [
        'task_id' => $task->getTaskId(),
        'known_status' => $task->getTaskStatus() !== TaskStatus::UNKNOWN_DEFAULT_OPEN_API,
        'known_code' => $refusal->getCode() !== ServiceCode::UNKNOWN_DEFAULT_OPEN_API,
        'message' => $refusal->getMessage(),
    ]);
}

function callback(): void
{
    $task = read('callback.json', CallbackPayload::class);
    $video = $task->getTaskResult()->getVideos()[0];
    say('callback', [
        'task_id' => $task->getTaskId(), 'status' => $task->getTaskStatus(), 'created_at' => $task->getCreatedAt(),
        'external_task_id' => $task->getTaskInfo()->getExternalTaskId(),
        'video_id' => $video->getId(), 'duration' => $video->getDuration(),
    ]);
}

/**
 * @template T of object
 * @param class-string<T> $class
 * @return T
 */
function read(string $name, string $class): object
{
    return ObjectSerializer::deserialize(file_get_contents(setting('REPLIES') . "/{$name}"), '\\' . $class);
}

/** @param array<string, mixed> $what */
function say(string $step, array $what): void
{
    echo json_encode(['step' => $step, ...$what], JSON_THROW_ON_ERROR), "\n";
}
