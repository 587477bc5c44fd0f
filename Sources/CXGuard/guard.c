#include "CXGuard.h"

#include <X11/Xlib.h>
#include <setjmp.h>
#include <stddef.h>
#include <unistd.h>

static ga_x_protocol_error on_protocol_error;
static ga_x_connection_lost on_connection_lost;

/// Where to return to if the display this thread is opening breaks; NULL when it is not opening one.
static _Thread_local jmp_buf *opening;

static int protocol_error(Display *display, XErrorEvent *event) {
    on_protocol_error(display, event->error_code, event->request_code, event->minor_code, event->resourceid);
    return 0;
}

// Until XOpenDisplay has returned, no exit handler of ours can be set on the display, and Xlib calls exit(1) as soon
// as this function returns: the only way out is not to return. The half-made Display cannot be closed safely and is
// given up (some kilobytes); its descriptor is closed, as nothing will use it again.
static int connection_lost(Display *display) {
    if (opening != NULL) {
        close(ConnectionNumber(display));
        longjmp(*opening, 1);
    }
    on_connection_lost(display);
    return 0;
}

static void keep_running(Display *display, void *context) {
    (void)display;
    (void)context;
}

void ga_x_install_handlers(ga_x_protocol_error protocol, ga_x_connection_lost lost) {
    on_protocol_error = protocol;
    on_connection_lost = lost;
    XSetErrorHandler(protocol_error);
    XSetIOErrorHandler(connection_lost);
}

void *ga_x_open_display(const char *name) {
    jmp_buf start;
    if (setjmp(start) != 0) {
        opening = NULL;
        return NULL;
    }
    opening = &start;
    Display *display = XOpenDisplay(name);
    opening = NULL;
    if (display != NULL) XSetIOErrorExitHandler(display, keep_running, NULL);
    return display;
}
