#include "CSpec.h"

// #embed is C23; the compiler Swift ships takes it in every mode and warns about that.
#pragma clang diagnostic ignored "-Wc23-extensions"

const unsigned char ga_openapi_yaml[] = {
#embed "../../openapi.yaml"
};
const size_t ga_openapi_yaml_length = sizeof ga_openapi_yaml;

const unsigned char ga_openapi_json[] = {
#embed "../../openapi.json"
};
const size_t ga_openapi_json_length = sizeof ga_openapi_json;
