/// A C view of what Mien uses of dlib: find faces, fit landmarks, describe what is around them.
///
/// Every function returns a status and, where it can fail, writes one line of text into `message`; no C++ exception
/// leaves the shim. Objects are created and freed by the caller. All pixel coordinates have their origin in the centre
/// of the top left pixel, x to the right, y down.
#ifndef MIEN_DLIB_H
#define MIEN_DLIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  MIEN_OK = 0,
  MIEN_UNREADABLE = 1,    // the file is missing, damaged or of another kind
  MIEN_OUT_OF_MEMORY = 2,
  MIEN_FAILED = 3,        // anything else that dlib throws
} mien_status;

/// Where a failing call leaves its reason: a caller's buffer, always ended by a zero byte.
typedef struct {
  char *text;
  size_t capacity;
} mien_message;

/// An 8-bit RGB picture.
typedef struct mien_image mien_image;
/// dlib's frontal face detector. Keeps scratch memory: one per thread.
typedef struct mien_detector mien_detector;
/// A shape predictor. Immutable once loaded: may be shared by threads.
typedef struct mien_predictor mien_predictor;

/// A face box in whole pixels, both edges inclusive as in dlib::rectangle, and the detector's score.
typedef struct {
  int64_t left, top, right, bottom;
  double score;
} mien_box;

/// Copies `height` rows of `width` RGB triples, `stride` bytes apart.
mien_status mien_image_from_rgb(const uint8_t *pixels, size_t width, size_t height, size_t stride, mien_image **image,
                                mien_message message);
/// A bilinearly resampled copy; the centres of the corner pixels of both pictures coincide.
mien_status mien_image_resize(const mien_image *image, size_t width, size_t height, mien_image **resized,
                              mien_message message);
size_t mien_image_width(const mien_image *image);
size_t mien_image_height(const mien_image *image);
void mien_image_free(mien_image *image);
/// Adds red, green and blue of each pixel, row after row, to `3 × width × height` sums.
void mien_image_add(const mien_image *image, uint32_t *sums);
/// Copies red, green and blue of each pixel, row after row, to `3 × width × height` bytes.
void mien_image_copy_rgb(const mien_image *image, uint8_t *rgb);
/// A difference hash of the picture: of the mean brightness of 9 × 8 fields, 64 bits that say which of two neighbours in a
/// row is the brighter one. Pictures that look alike differ in few bits.
mien_status mien_image_dhash(const mien_image *image, uint64_t *hash, mien_message message);

mien_status mien_detector_create(mien_detector **detector, mien_message message);
/// Writes at most `capacity` boxes, best score first, and the number found to `count` (may exceed `capacity`).
mien_status mien_detect(mien_detector *detector, const mien_image *image, double threshold, mien_box *boxes,
                        size_t capacity, size_t *count, mien_message message);
void mien_detector_free(mien_detector *detector);

/// Reads a predictor from the bytes of its file, whose counts and indices the caller has checked: dlib does not.
mien_status mien_predictor_load(const void *bytes, size_t count, mien_predictor **predictor, mien_message message);
size_t mien_predictor_point_count(const mien_predictor *predictor);
/// Writes x and y of each point, `2 × mien_predictor_point_count` numbers, in pixels of `image`: the means over `count` boxes.
mien_status mien_predict(const mien_predictor *predictor, const mien_image *image, const mien_box *boxes, size_t count,
                         double *points, mien_message message);
void mien_predictor_free(mien_predictor *predictor);

/// A square picture of a face, cut out and turned so that its landmarks stand where dlib's mean face has them, and the
/// cells of its FHOG descriptor (Felzenszwalb et al. 2010).
typedef struct {
  size_t side;     // pixels of the picture's sides
  double padding;  // how much is around the mean face, as a share of its size
  size_t cell;     // pixels of a cell's sides
} mien_chip;

/// Numbers of each cell.
enum { MIEN_FHOG_CHANNELS = 31 };

/// Cuts out the chip of a face with 68 landmarks (`2 × 68` numbers).
mien_status mien_face_chip(const mien_image *image, const double *points, mien_chip chip, mien_image **face,
                           mien_message message);

/// Looks for the landmarks of a face, 68 of which are known (`2 × 68` numbers), in its chip or in the mirror image of that.
/// Writes x and y of each point, `2 × mien_predictor_point_count` numbers, in pixels of `image`: the means over `count` boxes in
/// pixels of what is looked at. Points of a mirror image keep the numbers that they have there.
mien_status mien_predict_in_chip(const mien_predictor *predictor, const mien_image *image, const double *landmarks,
                                 mien_chip chip, bool mirrored, const mien_box *boxes, size_t count, double *points,
                                 mien_message message);

/// The descriptor of a face with 68 landmarks (`2 × 68` numbers), or of its mirror image: `rows × columns × 31` numbers,
/// cell by cell from the top left. Writes at most `capacity` of them; `rows` and `columns` are always written.
mien_status mien_fhog(const mien_image *image, const double *points, mien_chip chip, bool mirrored, float *values,
                      size_t capacity, size_t *rows, size_t *columns, mien_message message);

/// The descriptors of patches around `count` of the 68 landmarks, `cells_across` cells of `chip.cell` pixels a side, as large and
/// as far turned as the chip's pixels are: `count × cells_across² × 31` numbers. Writes at most `capacity` of them; `written` is
/// how many there are.
mien_status mien_keypoint_fhog(const mien_image *image, const double *points, mien_chip chip, const size_t *keypoints,
                               size_t count, size_t cells_across, float *values, size_t capacity, size_t *written,
                               mien_message message);

#ifdef __cplusplus
}
#endif
#endif
