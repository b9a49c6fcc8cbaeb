/// A C view of the image decoders: libjpeg-turbo, libpng and libexif.
///
/// Every decoder works on bytes in memory, checks dimensions before it allocates pixels, treats a warning of its library as
/// damage, and reports failure as a status and one line of text. Pixels are 8-bit RGB, row after row without padding.
#ifndef MIEN_CODECS_H
#define MIEN_CODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  MIEN_CODEC_OK = 0,
  MIEN_CODEC_DAMAGED = 1,      // truncated, corrupt, or the library warned
  MIEN_CODEC_UNSUPPORTED = 2,  // a valid file of a kind that the library does not decode
  MIEN_CODEC_TOO_LARGE = 3,    // more pixels, or more work for them, than the limits allow
  MIEN_CODEC_OUT_OF_MEMORY = 4,
} mien_codec_status;

/// What a file's header says. Width and height are those of the stored pixels.
typedef struct {
  uint32_t width, height;
  /// EXIF orientation, 1 to 8; 1 where there is none.
  int orientation;
} mien_codec_header;

/// What a decoder may do.
typedef struct {
  uint64_t max_pixels;
  /// Progressive JPEG: scans, and pixels times scans.
  uint32_t max_scans;
  uint64_t max_scan_pixels;
} mien_codec_limits;

/// A caller's buffer for the reason of a failure, always terminated by a zero byte.
typedef struct {
  char *text;
  size_t capacity;
} mien_codec_message;

/// Reads the header of a JPEG file without decoding pixels.
mien_codec_status mien_jpeg_header(const uint8_t *bytes, size_t count, mien_codec_header *header,
                                   mien_codec_message message);
/// Decodes a JPEG file: grayscale, YCbCr, RGB, CMYK or YCCK, baseline or progressive. `pixels` must be freed with
/// `mien_codec_free`.
mien_codec_status mien_jpeg_decode(const uint8_t *bytes, size_t count, mien_codec_limits limits,
                                   mien_codec_header *header, uint8_t **pixels, mien_codec_message message);

/// Reads the header of a PNG file without decoding pixels. The orientation is that of an eXIf chunk before the pixels.
mien_codec_status mien_png_header(const uint8_t *bytes, size_t count, mien_codec_header *header,
                                  mien_codec_message message);
/// Decodes a PNG file: any color type, bit depth and interlacing; alpha is composited over white, 16-bit samples are rounded
/// to 8. `pixels` must be freed with `mien_codec_free`.
mien_codec_status mien_png_decode(const uint8_t *bytes, size_t count, mien_codec_limits limits,
                                  mien_codec_header *header, uint8_t **pixels, mien_codec_message message);

/// Encodes RGB pixels as a PNG file. `bytes` must be freed with `mien_codec_free`.
mien_codec_status mien_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, uint8_t **bytes, size_t *count,
                                  mien_codec_message message);

/// Writes the upright picture of `width × height` stored pixels to `upright`, which has room for as many; its sides are
/// swapped for orientations 5 to 8.
void mien_orient(const uint8_t *pixels, uint32_t width, uint32_t height, int orientation, uint8_t *upright);

void mien_codec_free(void *memory);

#ifdef __cplusplus
}
#endif
#endif
