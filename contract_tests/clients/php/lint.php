<?php

// Fails on the first file of the given folders that PHP cannot read.

declare(strict_types=1);

foreach (array_slice($argv, 1) as $folder) {
    $files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator($folder, FilesystemIterator::SKIP_DOTS));
    foreach ($files as $file) {
        if ($file->getExtension() !== 'php') {
            continue;
        }
        exec(escapeshellarg(PHP_BINARY) . ' -l ' . escapeshellarg($file->getPathname()), $said, $status);
        if ($status !== 0) {
            fwrite(STDERR, implode("\n", $said) . "\n");
            exit(1);
        }
    }
}
