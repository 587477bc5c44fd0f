#include "CPulse.h"

#include <dlfcn.h>
#include <pthread.h>

static ga_pulse_functions functions;
static int loaded;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static int load_all(void) {
    void *handle = dlopen("libpulse.so.0", RTLD_LAZY | RTLD_LOCAL);
    if (!handle) return 0;
#define LOAD(function)                                                       \
    functions.function = (__typeof__(&function))dlsym(handle, #function);   \
    if (!functions.function) return 0;
    GA_PULSE_FUNCTIONS(LOAD)
#undef LOAD
    return 1;
}

const ga_pulse_functions *ga_pulse_load(const char **missing) {
    pthread_mutex_lock(&mutex);
    if (!loaded) {
        loaded = load_all();
        if (!loaded) *missing = dlerror();
    }
    pthread_mutex_unlock(&mutex);
    return loaded ? &functions : NULL;
}
