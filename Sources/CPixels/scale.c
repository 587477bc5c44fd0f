#include "CPixels.h"

typedef uint8_t bytes4 __attribute__((vector_size(4)));
typedef uint16_t shorts4 __attribute__((vector_size(8)));
typedef uint32_t words4 __attribute__((vector_size(16)));

void ga_scale_add_row(const uint8_t *bytes, size_t count, uint16_t weight, uint16_t *sums) {
    for (size_t i = 0; i < count; i++) sums[i] = (uint16_t)(sums[i] + bytes[i] * weight);
}

void ga_scale_finish_row(const uint16_t *sums, const uint32_t *starts, const uint32_t *ends, const uint16_t *weights,
                         size_t out_width, uint8_t *out) {
    for (size_t x = 0; x < out_width; x++) {
        words4 total = {0x8000, 0x8000, 0x8000, 0x8000};
        for (size_t source = starts[x]; source <= ends[x]; source++) {
            shorts4 pixel;
            __builtin_memcpy(&pixel, sums + 4 * source, sizeof pixel);
            total += __builtin_convertvector(pixel, words4) * (uint32_t)*weights++;
        }
        bytes4 pixel = __builtin_convertvector(total >> 16, bytes4);
        __builtin_memcpy(out + 4 * x, &pixel, sizeof pixel);
    }
}
