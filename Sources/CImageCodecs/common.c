#include "codecs.h"

#include <libexif/exif-data.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

mien_codec_status mien_codec_fail(mien_codec_status status, const char *reason, mien_codec_message message) {
  if (message.text == NULL || message.capacity == 0) return status;
  snprintf(message.text, message.capacity, "%s", reason);
  for (char *c = message.text; *c != '\0'; ++c)
    if ((unsigned char)*c < ' ') *c = ' ';
  return status;
}

mien_codec_status mien_codec_check_size(const mien_codec_header *header, const mien_codec_limits *limits,
                                        mien_codec_message message) {
  if (header->width == 0 || header->height == 0)
    return mien_codec_fail(MIEN_CODEC_DAMAGED, "no pixels", message);
  if ((uint64_t)header->width * header->height <= limits->max_pixels) return MIEN_CODEC_OK;
  char reason[96];
  snprintf(reason, sizeof reason, "%u×%u pixels; at most %llu megapixels are read", header->width, header->height,
           (unsigned long long)(limits->max_pixels / 1000000));
  return mien_codec_fail(MIEN_CODEC_TOO_LARGE, reason, message);
}

int mien_exif_orientation(const uint8_t *tiff, size_t count) {
  static const uint8_t prefix[6] = {'E', 'x', 'i', 'f', 0, 0};
  // libexif takes at most this much, as a JPEG segment holds no more.
  if (count > 65527) count = 65527;
  uint8_t *data = malloc(count + sizeof prefix);
  if (data == NULL) return 1;
  memcpy(data, prefix, sizeof prefix);
  memcpy(data + sizeof prefix, tiff, count);
  int orientation = 1;
  ExifData *exif = exif_data_new_from_data(data, (unsigned int)(count + sizeof prefix));
  if (exif != NULL) {
    const ExifEntry *entry = exif_content_get_entry(exif->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
    if (entry != NULL && entry->format == EXIF_FORMAT_SHORT && entry->components == 1 && entry->size >= 2) {
      const int value = exif_get_short(entry->data, exif_data_get_byte_order(exif));
      if (value >= 1 && value <= 8) orientation = value;
    }
    exif_data_unref(exif);
  }
  free(data);
  return orientation;
}

void mien_orient(const uint8_t *pixels, uint32_t width, uint32_t height, int orientation, uint8_t *upright) {
  // The stored pixel (x, y) lands at `start + x * right + y * down` of the upright picture.
  const ptrdiff_t w = width, h = height;
  ptrdiff_t start = 0, right = 1, down = w;
  switch (orientation) {
    case 2: start = w - 1, right = -1, down = w; break;
    case 3: start = w * h - 1, right = -1, down = -w; break;
    case 4: start = w * (h - 1), right = 1, down = -w; break;
    case 5: start = 0, right = h, down = 1; break;
    case 6: start = h - 1, right = h, down = -1; break;
    case 7: start = w * h - 1, right = -h, down = -1; break;
    case 8: start = h * (w - 1), right = -h, down = 1; break;
    default: break;
  }
  for (ptrdiff_t y = 0; y < h; ++y)
    for (ptrdiff_t x = 0; x < w; ++x) {
      uint8_t *to = upright + 3 * (start + x * right + y * down);
      const uint8_t *from = pixels + 3 * (y * w + x);
      to[0] = from[0], to[1] = from[1], to[2] = from[2];
    }
}

void mien_codec_free(void *memory) { free(memory); }
