#include "codecs.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  png_structp png;
  png_infop info;
  jmp_buf escape;
  mien_codec_status status;
  mien_codec_message message;
  const uint8_t *bytes;
  size_t count, position;
  uint8_t *pixels;     // owned until the decoder returns them
  png_bytepp rows;
} decoder;

static void escape(decoder *self, mien_codec_status status, const char *reason) {
  self->status = mien_codec_fail(status, reason, self->message);
  longjmp(self->escape, 1);
}

static void on_error(png_structp png, png_const_charp text) {
  decoder *self = png_get_error_ptr(png);
  escape(self, strstr(text, "emory") != NULL ? MIEN_CODEC_OUT_OF_MEMORY : MIEN_CODEC_DAMAGED, text);
}

/// What is left to warn of, with ancillary chunks discarded unread, concerns pixels.
static void on_warning(png_structp png, png_const_charp text) {
  escape(png_get_error_ptr(png), MIEN_CODEC_DAMAGED, text);
}

static void on_read(png_structp png, png_bytep to, size_t count) {
  decoder *self = png_get_io_ptr(png);
  if (count > self->count - self->position) escape(self, MIEN_CODEC_DAMAGED, "the file ends too early");
  memcpy(to, self->bytes + self->position, count);
  self->position += count;
}

static void read_header(decoder *self, mien_codec_header *header) {
  png_set_read_fn(self->png, self, on_read);
  // Texts, profiles and the like may unpack to gigabytes, and say nothing that is needed here.
  static const png_byte discarded[] = "bKGD\0cHRM\0cICP\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0tEXt\0tIME\0zTXt";
  png_set_keep_unknown_chunks(self->png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
  png_set_keep_unknown_chunks(self->png, PNG_HANDLE_CHUNK_NEVER, discarded, (int)(sizeof discarded / 5));
  png_set_user_limits(self->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_read_info(self->png, self->info);
  header->width = png_get_image_width(self->png, self->info);
  header->height = png_get_image_height(self->png, self->info);
  header->orientation = 1;
  png_bytep exif = NULL;
  png_uint_32 exif_count = 0;
  if (png_get_eXIf_1(self->png, self->info, &exif_count, &exif) != 0 && exif != NULL)
    header->orientation = mien_exif_orientation(exif, exif_count);
}

/// RGBA to RGB over white, in place.
static void composite_over_white(uint8_t *pixels, size_t count) {
  const uint8_t *rgba = pixels;
  for (uint8_t *rgb = pixels; count > 0; --count, rgba += 4, rgb += 3) {
    const unsigned alpha = rgba[3];
    for (int channel = 0; channel < 3; ++channel)
      rgb[channel] = (uint8_t)((rgba[channel] * alpha + 255u * (255u - alpha) + 127) / 255);
  }
}

static void read_pixels(decoder *self, const mien_codec_header *header) {
  png_structp png = self->png;
  const bool has_alpha = (png_get_color_type(png, self->info) & PNG_COLOR_MASK_ALPHA) != 0 ||
                         png_get_valid(png, self->info, PNG_INFO_tRNS) != 0;
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  const int passes = png_set_interlace_handling(png);
  png_read_update_info(png, self->info);
  const size_t width = header->width, height = header->height;
  const size_t stride = png_get_rowbytes(png, self->info);
  if (stride != (has_alpha ? 4 : 3) * width) escape(self, MIEN_CODEC_UNSUPPORTED, "unexpected row size");
  // Zeroed: of an interlaced file that ends early some would not be written.
  self->pixels = calloc(height, stride);
  if (self->pixels == NULL) escape(self, MIEN_CODEC_OUT_OF_MEMORY, "out of memory");
  for (int pass = 0; pass < passes; ++pass)
    for (size_t y = 0; y < height; ++y) png_read_row(png, self->pixels + y * stride, NULL);
  png_read_end(png, NULL);
  if (has_alpha) composite_over_white(self->pixels, width * height);
}

static mien_codec_status run(const uint8_t *bytes, size_t count, const mien_codec_limits *limits,
                             mien_codec_header *header, uint8_t **pixels, mien_codec_message message) {
  decoder *self = calloc(1, sizeof *self);
  if (self == NULL) return mien_codec_fail(MIEN_CODEC_OUT_OF_MEMORY, "out of memory", message);
  self->message = message;
  self->bytes = bytes;
  self->count = count;
  if (setjmp(self->escape) == 0) {
    self->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, self, on_error, on_warning);
    if (self->png != NULL) self->info = png_create_info_struct(self->png);
    if (self->info == NULL) escape(self, MIEN_CODEC_OUT_OF_MEMORY, "out of memory");
    read_header(self, header);
    if (limits != NULL) {
      self->status = mien_codec_check_size(header, limits, message);
      if (self->status == MIEN_CODEC_OK) {
        read_pixels(self, header);
        *pixels = self->pixels;
        self->pixels = NULL;
      }
    }
  }
  free(self->pixels);
  png_destroy_read_struct(&self->png, &self->info, NULL);
  const mien_codec_status status = self->status;
  free(self);
  return status;
}

mien_codec_status mien_png_header(const uint8_t *bytes, size_t count, mien_codec_header *header,
                                  mien_codec_message message) {
  return run(bytes, count, NULL, header, NULL, message);
}

mien_codec_status mien_png_decode(const uint8_t *bytes, size_t count, mien_codec_limits limits,
                                  mien_codec_header *header, uint8_t **pixels, mien_codec_message message) {
  return run(bytes, count, &limits, header, pixels, message);
}

mien_codec_status mien_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, uint8_t **bytes, size_t *count,
                                  mien_codec_message message) {
  png_image image = {.version = PNG_IMAGE_VERSION, .width = width, .height = height, .format = PNG_FORMAT_RGB};
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  uint8_t *file = malloc(size);
  if (file == NULL) return mien_codec_fail(MIEN_CODEC_OUT_OF_MEMORY, "out of memory", message);
  if (png_image_write_to_memory(&image, file, &size, 0, pixels, 0, NULL) == 0) {
    free(file);
    return mien_codec_fail(MIEN_CODEC_OUT_OF_MEMORY, image.message, message);
  }
  *bytes = file;
  *count = size;
  return MIEN_CODEC_OK;
}
