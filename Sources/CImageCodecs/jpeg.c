#include "codecs.h"

#include <stdio.h>

#include <jpeglib.h>
#include <jerror.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  struct jpeg_decompress_struct cinfo;  // first: libjpeg's callbacks get it and we need the rest
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  mien_codec_status status;
  mien_codec_limits limits;
  mien_codec_message message;
  uint8_t *pixels;  // owned until the decoder returns them
} decoder;

/// Ends decoding: frees what is held by way of the jump's target.
static void escape(decoder *self, mien_codec_status status, const char *reason) {
  self->status = mien_codec_fail(status, reason, self->message);
  longjmp(self->escape, 1);
}

static void on_error(j_common_ptr info) {
  decoder *self = (decoder *)info;
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  switch (info->err->msg_code) {
    case JERR_OUT_OF_MEMORY: escape(self, MIEN_CODEC_OUT_OF_MEMORY, "out of memory"); break;
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_CCIR601_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL: escape(self, MIEN_CODEC_UNSUPPORTED, text); break;
    default: escape(self, MIEN_CODEC_DAMAGED, text);
  }
}

/// Levels below 0 are warnings, which libjpeg decodes on from with made-up pixels.
static void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  escape((decoder *)info, MIEN_CODEC_DAMAGED, text);
}

/// A progressive file may hold many scans of hardly any bytes, each of which costs a pass over all pixels.
static void on_progress(j_common_ptr info) {
  decoder *self = (decoder *)info;
  const uint64_t scans = (uint64_t)self->cinfo.input_scan_number;
  const uint64_t pixels = (uint64_t)self->cinfo.image_width * self->cinfo.image_height;
  if (scans > self->limits.max_scans || scans * pixels > self->limits.max_scan_pixels)
    escape(self, MIEN_CODEC_TOO_LARGE, "too many scans for its size");
}

static void start(decoder *self, const uint8_t *bytes, size_t count) {
  self->cinfo.err = jpeg_std_error(&self->errors);
  self->errors.error_exit = on_error;
  self->errors.emit_message = on_message;
}

static void read_header(decoder *self, const uint8_t *bytes, size_t count, mien_codec_header *header) {
  jpeg_create_decompress(&self->cinfo);
  jpeg_mem_src(&self->cinfo, bytes, (unsigned long)count);
  jpeg_save_markers(&self->cinfo, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(&self->cinfo, TRUE);
  header->width = self->cinfo.image_width;
  header->height = self->cinfo.image_height;
  header->orientation = 1;
  for (jpeg_saved_marker_ptr marker = self->cinfo.marker_list; marker != NULL; marker = marker->next)
    if (marker->data_length > 6 && memcmp(marker->data, "Exif\0", 6) == 0) {
      header->orientation = mien_exif_orientation(marker->data + 6, marker->data_length - 6);
      break;
    }
}

/// CMYK of one row to RGB, in place of its first bytes. Adobe's programs store inverted ink, and say so by their marker.
static void rgb_from_cmyk(const uint8_t *cmyk, size_t width, bool is_inverted, uint8_t *rgb) {
  for (size_t x = 0; x < width; ++x, cmyk += 4, rgb += 3)
    for (int channel = 0; channel < 3; ++channel) {
      const unsigned color = is_inverted ? cmyk[channel] : 255u - cmyk[channel];
      const unsigned black = is_inverted ? cmyk[3] : 255u - cmyk[3];
      rgb[channel] = (uint8_t)((color * black + 127) / 255);
    }
}

static void read_pixels(decoder *self, const mien_codec_header *header) {
  struct jpeg_decompress_struct *cinfo = &self->cinfo;
  const bool is_cmyk = cinfo->jpeg_color_space == JCS_CMYK || cinfo->jpeg_color_space == JCS_YCCK;
  cinfo->out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
  self->progress.progress_monitor = on_progress;
  cinfo->progress = &self->progress;
  jpeg_start_decompress(cinfo);
  const size_t width = header->width;
  self->pixels = malloc(3 * width * header->height);
  if (self->pixels == NULL) escape(self, MIEN_CODEC_OUT_OF_MEMORY, "out of memory");
  JSAMPARRAY ink = NULL;
  if (is_cmyk) ink = cinfo->mem->alloc_sarray((j_common_ptr)cinfo, JPOOL_IMAGE, (JDIMENSION)(4 * width), 1);
  while (cinfo->output_scanline < cinfo->output_height) {
    uint8_t *row = self->pixels + 3 * width * cinfo->output_scanline;
    jpeg_read_scanlines(cinfo, is_cmyk ? ink : &row, 1);
    if (is_cmyk) rgb_from_cmyk(ink[0], width, cinfo->saw_Adobe_marker, row);
  }
  jpeg_finish_decompress(cinfo);
}

static mien_codec_status run(const uint8_t *bytes, size_t count, const mien_codec_limits *limits,
                             mien_codec_header *header, uint8_t **pixels, mien_codec_message message) {
  decoder *self = calloc(1, sizeof *self);
  if (self == NULL) return mien_codec_fail(MIEN_CODEC_OUT_OF_MEMORY, "out of memory", message);
  self->message = message;
  start(self, bytes, count);
  if (setjmp(self->escape) == 0) {
    read_header(self, bytes, count, header);
    if (limits != NULL) {
      self->limits = *limits;
      self->status = mien_codec_check_size(header, limits, message);
      if (self->status == MIEN_CODEC_OK) {
        read_pixels(self, header);
        *pixels = self->pixels;
        self->pixels = NULL;
      }
    }
  }
  free(self->pixels);
  jpeg_destroy_decompress(&self->cinfo);
  const mien_codec_status status = self->status;
  free(self);
  return status;
}

mien_codec_status mien_jpeg_header(const uint8_t *bytes, size_t count, mien_codec_header *header,
                                   mien_codec_message message) {
  return run(bytes, count, NULL, header, NULL, message);
}

mien_codec_status mien_jpeg_decode(const uint8_t *bytes, size_t count, mien_codec_limits limits,
                                   mien_codec_header *header, uint8_t **pixels, mien_codec_message message) {
  return run(bytes, count, &limits, header, pixels, message);
}
