#include "CSpec.h"

// #embed is C23; the compiler Swift ships takes it in every mode and warns about that.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char yaml[] = {
#embed "../../openapi.yaml"
};

static const unsigned char json[] = {
#embed "../../openapi.json"
};

const size_t ga_openapi_yaml_length = sizeof yaml;
const size_t ga_openapi_json_length = sizeof json;

const void *ga_openapi_yaml_bytes(void) { return yaml; }
const void *ga_openapi_json_bytes(void) { return json; }
