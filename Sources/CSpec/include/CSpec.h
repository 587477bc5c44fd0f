// The OpenAPI description, embedded so that the binary serves exactly what it was built from.
#ifndef GUEST_AGENT_CSPEC_H
#define GUEST_AGENT_CSPEC_H

#include <stddef.h>

extern const unsigned char ga_openapi_yaml[];
extern const size_t ga_openapi_yaml_length;
extern const unsigned char ga_openapi_json[];
extern const size_t ga_openapi_json_length;

#endif
