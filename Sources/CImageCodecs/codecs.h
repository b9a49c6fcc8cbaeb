// What the decoders of this target share.
#ifndef MIEN_CODECS_INTERNAL_H
#define MIEN_CODECS_INTERNAL_H

#include "mien_codecs.h"

/// Writes a reason, one line, and returns the status.
mien_codec_status mien_codec_fail(mien_codec_status status, const char *reason, mien_codec_message message);

/// Whether a picture has pixels and not too many; writes the reason if not.
mien_codec_status mien_codec_check_size(const mien_codec_header *header, const mien_codec_limits *limits,
                                        mien_codec_message message);

/// The orientation in EXIF data (a TIFF structure without the `Exif` prefix), 1 where there is none or it is invalid.
int mien_exif_orientation(const uint8_t *tiff, size_t count);

#endif
