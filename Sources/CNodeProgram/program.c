#include "CNodeProgram.h"

// #embed is C23; the compiler Swift ships takes it in every mode and warns about that.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char bootstrap[] = {
#embed "javascript/bootstrap.js"
};

static const unsigned char browser[] = {
#embed "javascript/browser.js"
};

static const unsigned char channel[] = {
#embed "javascript/channel.js"
};

static const unsigned char compiler[] = {
#embed "javascript/compiler.js"
};

static const unsigned char dialogs[] = {
#embed "javascript/dialogs.js"
};

static const unsigned char downloads[] = {
#embed "javascript/downloads.js"
};

static const unsigned char main_module[] = {
#embed "javascript/main.js"
};

static const unsigned char outcome[] = {
#embed "javascript/outcome.js"
};

static const struct ga_node_module modules[] = {
    {"dialogs", dialogs, sizeof dialogs},    {"downloads", downloads, sizeof downloads},
    {"browser", browser, sizeof browser},    {"channel", channel, sizeof channel},
    {"compiler", compiler, sizeof compiler}, {"outcome", outcome, sizeof outcome},
    {"main", main_module, sizeof main_module},
};

struct ga_node_module ga_node_bootstrap(void) {
    return (struct ga_node_module){"bootstrap", bootstrap, sizeof bootstrap};
}

size_t ga_node_module_count(void) { return sizeof modules / sizeof modules[0]; }

struct ga_node_module ga_node_module_at(size_t index) { return modules[index]; }
