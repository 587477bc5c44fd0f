#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

_Static_assert(JMSG_LENGTH_MAX <= 200, "messages fit what callers give");

struct error_handler {
    struct jpeg_error_mgr base;
    jmp_buf leave;
    char *message;
};

static void leave(j_common_ptr state) {
    struct error_handler *handler = (struct error_handler *)state->err;
    handler->base.format_message(state, handler->message);
    longjmp(handler->leave, 1);
}

/// Warnings mean nothing when compressing.
static void be_silent(j_common_ptr state, int level) {
    (void)state, (void)level;
}

static void configure(struct jpeg_compress_struct *state, const struct ga_jpeg_picture *picture) {
    state->image_width = picture->width;
    state->image_height = picture->height;
    state->input_components = 4;
    state->in_color_space = JCS_EXT_BGRX;
    jpeg_set_defaults(state);
    jpeg_set_quality(state, picture->quality, TRUE);
    if (picture->full_color) state->comp_info[0].h_samp_factor = state->comp_info[0].v_samp_factor = 1;
    if (picture->restarts) state->restart_in_rows = 1;
}

static void write_rows(struct jpeg_compress_struct *state, const struct ga_jpeg_picture *picture) {
    while (state->next_scanline < state->image_height) {
        JSAMPROW rows[16];
        JDIMENSION count = 0;
        for (JDIMENSION y = state->next_scanline; count < 16 && y < state->image_height; y++)
            rows[count++] = (JSAMPROW)(picture->bgrx + y * picture->bytes_per_row);
        jpeg_write_scanlines(state, rows, count);
    }
}

const char *ga_jpeg_encode(const struct ga_jpeg_picture *picture, struct ga_jpeg_file *file, char *message) {
    struct jpeg_compress_struct state;
    struct error_handler handler = {.message = message};
    file->bytes = NULL;
    file->size = 0;
    state.err = jpeg_std_error(&handler.base);
    handler.base.error_exit = leave;
    handler.base.emit_message = be_silent;
    if (setjmp(handler.leave)) {
        // What has been written is lost: libjpeg does not say where it is.
        jpeg_destroy_compress(&state);
        file->bytes = NULL;
        return message;
    }
    jpeg_create_compress(&state);
    jpeg_mem_dest(&state, &file->bytes, &file->size);
    configure(&state, picture);
    jpeg_start_compress(&state, TRUE);
    write_rows(&state, picture);
    jpeg_finish_compress(&state);
    jpeg_destroy_compress(&state);
    return NULL;
}
