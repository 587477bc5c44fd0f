// Xlib ends the process when a connection breaks. This keeps it alive, also while a connection is being opened.
//
// Displays are `void *` here so that the X headers stay with one module.
#ifndef GUEST_AGENT_CXGUARD_H
#define GUEST_AGENT_CXGUARD_H

/// Called on the thread that made the failing call, with the display and the fields of the `XErrorEvent`.
typedef void (*ga_x_protocol_error)(
    void *display, unsigned char error, unsigned char request, unsigned char minor, unsigned long resource);
/// Called on the thread that met the broken connection.
typedef void (*ga_x_connection_lost)(void *display);

/// Installs the two process-global Xlib error handlers. Call once, before the first display is opened.
void ga_x_install_handlers(ga_x_protocol_error protocol_error, ga_x_connection_lost connection_lost);

/// `XOpenDisplay` that returns NULL where Xlib would call `exit`: when the server dies while it is being greeted.
/// A display it returns reports a broken connection to `connection_lost` and lives on, useless, until it is closed.
void *ga_x_open_display(const char *name);

#endif
