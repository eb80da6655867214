<?php

declare(strict_types=1);

require __DIR__ . '/autoload.php';

use Kling\LipSync\Api\LipSyncApi;
use Kling\LipSync\Configuration;
use Kling\LipSync\Model\IdentifyInput;

$settings = (new Configuration())
    ->setHost('http://127.0.0.1:8787')
    ->setAccessToken('local-api-key');
$api = new LipSyncApi(config: $settings);

$input = (new IdentifyInput())
    ->setVideoUrl('http://described.test/video?duration=8000&face=0-5200');
$found = $api->identifyFace($input)->getData();
foreach ($found->getFaceData() as $face) {
    echo "{$found->getSessionId()} {$face->getFaceId()} ",
        "{$face->getStartTime()} {$face->getEndTime()}\n";
}
