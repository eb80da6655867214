<?php

// What Composer would write, for the client beside this project and Debian's Guzzle.

declare(strict_types=1);

error_reporting(E_ALL);
set_error_handler(
    static fn (int $level, string $message, string $file, int $line): never
        => throw new ErrorException($message, 0, $level, $file, $line)
);

$vendor = __DIR__ . '/vendor/autoload.php';
require is_file($vendor) ? $vendor : 'GuzzleHttp/autoload.php';

spl_autoload_register(static function (string $class): void {
    $prefix = 'Kling\\LipSync\\';
    if (str_starts_with($class, $prefix)) {
        $name = str_replace('\\', '/', substr($class, strlen($prefix)));
        require __DIR__ . "/../../../generated/php/lib/{$name}.php";
    }
});
