"""What media files are and how long they last, from their bytes alone and without a decoder."""
