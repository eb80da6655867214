<?php

declare(strict_types=1);

/** Signs the vendor's three claims with HS256; the token is valid for half an hour. */
function mint(string $accessKey, string $secretKey, int $now): string
{
    $encode = static fn (string $bytes): string => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    $claims = ['iss' => $accessKey, 'exp' => $now + 1800, 'nbf' => $now - 5];
    $parts = [['alg' => 'HS256', 'typ' => 'JWT'], $claims];
    $signed = implode('.', array_map(
        static fn (array $part): string => $encode(json_encode($part, JSON_THROW_ON_ERROR)),
        $parts
    ));

    return "{$signed}." . $encode(hash_hmac('sha256', $signed, $secretKey, true));
}
