// PulseAudio's client library, loaded at run time.
//
// The headers give the types; the functions come from a table that ga_pulse_load fills. Recordings without sound, and
// everything else, do without the library.
#ifndef GUEST_AGENT_CPULSE_H
#define GUEST_AGENT_CPULSE_H

#include <pulse/pulseaudio.h>

// X(function): every function the recorder calls.
#define GA_PULSE_FUNCTIONS(X)   \
    X(pa_context_connect)       \
    X(pa_context_disconnect)    \
    X(pa_context_errno)         \
    X(pa_context_get_state)     \
    X(pa_context_new)           \
    X(pa_context_unref)         \
    X(pa_mainloop_dispatch)     \
    X(pa_mainloop_free)         \
    X(pa_mainloop_get_api)      \
    X(pa_mainloop_new)          \
    X(pa_mainloop_poll)         \
    X(pa_mainloop_prepare)      \
    X(pa_stream_connect_record) \
    X(pa_stream_disconnect)     \
    X(pa_stream_drop)           \
    X(pa_stream_get_latency)    \
    X(pa_stream_get_state)      \
    X(pa_stream_new)            \
    X(pa_stream_peek)           \
    X(pa_stream_unref)          \
    X(pa_strerror)

#define GA_PULSE_MEMBER(function) __typeof__(&function) _Nonnull function;
typedef struct {
    GA_PULSE_FUNCTIONS(GA_PULSE_MEMBER)
} ga_pulse_functions;
#undef GA_PULSE_MEMBER

/// Loads the library once per process and returns its functions. NULL when it is missing; `missing` then points to what
/// the loader said, valid until the next call of this thread into the loader (`man 3 dlerror`).
const ga_pulse_functions *_Nullable ga_pulse_load(const char *_Nullable *_Nonnull missing);

#endif
