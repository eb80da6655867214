"""What a failed render says to the API's client, for `task_status_msg`.

The sentences about the video and about the inside are the vendor's own, from the documents of its
newer APIs; the one about the audio follows their pattern.
"""

VIDEO_UNSUPPORTED = (
    "The source video format is not supported."
    " Please provide a decodable video file (MP4 recommended)."
)
AUDIO_UNSUPPORTED = (
    "The source audio format is not supported."
    " Please provide a decodable audio file (MP3 recommended)."
)
INTERNAL_ERROR = "Internal error, please contact Kling customer service."
