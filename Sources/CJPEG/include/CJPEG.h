// libjpeg reports errors by jumping out of its functions (setjmp), which Swift cannot do.
#ifndef GUEST_AGENT_CJPEG_H
#define GUEST_AGENT_CJPEG_H

#include <stddef.h>
#include <stdint.h>

/// Rows of B, G, R, X pixels, as a baseline JPEG file is to show them.
struct ga_jpeg_picture {
    const uint8_t *bgrx;
    size_t bytes_per_row;
    /// 1 to 65535 each.
    uint32_t width, height;
    /// 1 to 100.
    int quality;
    /// Whether colours are kept at full resolution; otherwise at half of it in both directions (4:2:0).
    int full_color;
    /// Whether a restart marker stands between any two rows of blocks, so that strips can be joined.
    int restarts;
};

/// Bytes that belong to the caller, who frees them with `free`.
struct ga_jpeg_file {
    uint8_t *bytes;
    unsigned long size;
};

/// Writes the file. Returns `NULL`, or what libjpeg says is wrong, in `message`, which needs 200 bytes.
const char *ga_jpeg_encode(const struct ga_jpeg_picture *picture, struct ga_jpeg_file *file, char *message);

#endif
