// FFmpeg's libraries, loaded at run time.
//
// The headers give the types; the functions come from a table that ga_libav_load fills. Linking the libraries would
// map some 130 shared objects into every start of the agent, most of which never records anything.
#ifndef GUEST_AGENT_CLIBAV_H
#define GUEST_AGENT_CLIBAV_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
// malloc_trim, which Swift's Glibc leaves out.
#include <malloc.h>

// X(library, function): every function the recorder calls.
#define GA_LIBAV_FUNCTIONS(X)                       \
    X(avutil, av_channel_layout_default)            \
    X(avutil, av_dict_free)                         \
    X(avutil, av_dict_set)                          \
    X(avutil, av_frame_alloc)                       \
    X(avutil, av_frame_free)                        \
    X(avutil, av_frame_get_buffer)                  \
    X(avutil, av_frame_make_writable)               \
    X(avutil, av_frame_move_ref)                    \
    X(avutil, av_frame_unref)                       \
    X(avutil, av_log_set_level)                     \
    X(avutil, av_mallocz)                           \
    X(avutil, av_opt_set)                           \
    X(avutil, av_strerror)                          \
    X(avcodec, av_packet_alloc)                     \
    X(avcodec, av_packet_free)                      \
    X(avcodec, av_packet_ref)                       \
    X(avcodec, av_packet_rescale_ts)                \
    X(avcodec, av_packet_unref)                     \
    X(avcodec, avcodec_alloc_context3)              \
    X(avcodec, avcodec_find_decoder)                \
    X(avcodec, avcodec_find_encoder_by_name)        \
    X(avcodec, avcodec_free_context)                \
    X(avcodec, avcodec_open2)                       \
    X(avcodec, avcodec_parameters_copy)             \
    X(avcodec, avcodec_parameters_from_context)     \
    X(avcodec, avcodec_parameters_to_context)       \
    X(avcodec, avcodec_receive_frame)               \
    X(avcodec, avcodec_receive_packet)              \
    X(avcodec, avcodec_send_frame)                  \
    X(avcodec, avcodec_send_packet)                 \
    X(avformat, av_read_frame)                      \
    X(avformat, av_seek_frame)                      \
    X(avformat, av_write_frame)                     \
    X(avformat, av_write_trailer)                   \
    X(avformat, avformat_alloc_output_context2)     \
    X(avformat, avformat_close_input)               \
    X(avformat, avformat_free_context)              \
    X(avformat, avformat_new_stream)                \
    X(avformat, avformat_open_input)                \
    X(avformat, avformat_write_header)              \
    X(avformat, avio_closep)                        \
    X(avformat, avio_open)                          \
    X(swscale, sws_freeContext)                     \
    X(swscale, sws_getCoefficients)                 \
    X(swscale, sws_getContext)                      \
    X(swscale, sws_scale)                           \
    X(swscale, sws_setColorspaceDetails)

#define GA_LIBAV_MEMBER(library, function) __typeof__(&function) _Nonnull function;
typedef struct {
    GA_LIBAV_FUNCTIONS(GA_LIBAV_MEMBER)
} ga_libav_functions;
#undef GA_LIBAV_MEMBER

/// Loads the libraries once per process and returns their functions. Blocks for some tens of milliseconds the first
/// time. NULL when something is missing; `missing` then points to what the loader said, valid until the next call of
/// this thread into the loader (`man 3 dlerror`).
const ga_libav_functions *_Nullable ga_libav_load(const char *_Nullable *_Nonnull missing);

/// Whether the libraries can be found, told without loading them. `name` is set to the first that is missing.
int ga_libav_is_installed(const char *_Nullable *_Nonnull name);

/// An empty file in memory, for libraries that want a file (`man 2 memfd_create`). -1 with errno set when there is none.
int ga_memory_file(void);

// Macros Swift cannot see.
static inline int ga_averror_eof(void) { return AVERROR_EOF; }
static inline int ga_averror(int errnum) { return AVERROR(errnum); }

#endif
