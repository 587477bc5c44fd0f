#include "CYUV.h"

// BT.709 (ITU-R BT.709-6, 3.2 to 3.4) with limited range, in 1/32768: luma spans 16…235, colour differences 16…240.
#define BITS 15
enum { YR = 5983, YG = 20127, YB = 2032 };
enum { UR = -3298, UG = -11094, UB = 14392 };
enum { VR = 14392, VG = -13073, VB = -1319 };
#define HALF (1 << (BITS - 1))
// Colour comes from sums of four pixels.
#define HALF_OF_FOUR (1 << (BITS + 1))

static inline __attribute__((always_inline)) uint32_t pixel(const uint8_t *row, size_t x) {
    uint32_t value;
    __builtin_memcpy(&value, row + 4 * x, sizeof value);
    return value;
}

static inline __attribute__((always_inline))
void luma(const uint8_t *restrict row, size_t first, size_t end, uint8_t *restrict out) {
    for (size_t x = first; x < end; x++) {
        uint32_t p = pixel(row, x);
        int32_t b = (int32_t)(p & 0xff), g = (int32_t)(p >> 8 & 0xff), r = (int32_t)(p >> 16 & 0xff);
        out[x] = (uint8_t)((r * YR + g * YG + b * YB + (16 << BITS) + HALF) >> BITS);
    }
}

/// The samples of the pixel pairs from `first` to `end`, each of two rows.
static inline __attribute__((always_inline))
void chroma(const uint8_t *upper, const uint8_t *lower, size_t first, size_t end, uint8_t *restrict u,
            uint8_t *restrict v) {
    for (size_t x = first; x < end; x++) {
        uint32_t p = pixel(upper, 2 * x), q = pixel(upper, 2 * x + 1);
        uint32_t s = pixel(lower, 2 * x), t = pixel(lower, 2 * x + 1);
        // Two sums side by side, neither of which reaches the other.
        uint32_t red_blue = (p & 0xff00ff) + (q & 0xff00ff) + (s & 0xff00ff) + (t & 0xff00ff);
        int32_t b = (int32_t)(red_blue & 0xffff), r = (int32_t)(red_blue >> 16);
        int32_t g = (int32_t)((p >> 8 & 0xff) + (q >> 8 & 0xff) + (s >> 8 & 0xff) + (t >> 8 & 0xff));
        u[x] = (uint8_t)((r * UR + g * UG + b * UB + (128 << (BITS + 2)) + HALF_OF_FOUR) >> (BITS + 2));
        v[x] = (uint8_t)((r * VR + g * VG + b * VB + (128 << (BITS + 2)) + HALF_OF_FOUR) >> (BITS + 2));
    }
}

/// The last column of an odd width: what is beside it is the same again.
static void convert_last_column(const uint8_t *upper, const uint8_t *lower, size_t x, uint8_t *luma_upper,
                                uint8_t *luma_lower, uint8_t *u, uint8_t *v) {
    uint8_t two_upper[8], two_lower[8];
    for (int copy = 0; copy < 2; copy++) {
        __builtin_memcpy(two_upper + 4 * copy, upper + 4 * x, 4);
        __builtin_memcpy(two_lower + 4 * copy, lower + 4 * x, 4);
    }
    luma(two_upper, 0, 2, luma_upper + x);
    luma(two_lower, 0, 2, luma_lower + x);
    chroma(two_upper, two_lower, 0, 1, u + x / 2, v + x / 2);
}

static inline __attribute__((always_inline))
void convert(const ga_bgrx_picture *from, ga_pixel_region part, const ga_yuv_picture *to) {
    size_t end = part.x + part.columns, paired_end = end & ~(size_t)1;
    for (size_t y = part.y; y < part.y + part.rows; y += 2) {
        const uint8_t *upper = from->pixels + y * from->bytes_per_row;
        const uint8_t *lower = y + 1 < from->height ? upper + from->bytes_per_row : upper;
        uint8_t *out = to->y + y * to->y_stride;
        uint8_t *u = to->u + y / 2 * to->uv_stride, *v = to->v + y / 2 * to->uv_stride;
        luma(upper, part.x, paired_end, out);
        luma(lower, part.x, paired_end, out + to->y_stride);
        chroma(upper, lower, part.x / 2, paired_end / 2, u, v);
        if (end != paired_end) convert_last_column(upper, lower, paired_end, out, out + to->y_stride, u, v);
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2")))
static void convert_avx2(const ga_bgrx_picture *from, ga_pixel_region part, const ga_yuv_picture *to) {
    convert(from, part, to);
}
#endif

void ga_yuv_convert(const ga_bgrx_picture *from, ga_pixel_region part, const ga_yuv_picture *to) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        convert_avx2(from, part, to);
        return;
    }
#endif
    convert(from, part, to);
}
