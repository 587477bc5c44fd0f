// The OpenAPI description, embedded so that the binary serves exactly what it was built from.
#ifndef GUEST_AGENT_CSPEC_H
#define GUEST_AGENT_CSPEC_H

#include <stddef.h>

// Functions, because Swift sees an array of unknown length as its first element.
const void *ga_openapi_yaml_bytes(void);
const void *ga_openapi_json_bytes(void);
extern const size_t ga_openapi_yaml_length;
extern const size_t ga_openapi_json_length;

#endif
