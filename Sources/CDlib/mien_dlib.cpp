#include "mien_dlib.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <istream>
#include <new>
#include <streambuf>
#include <string>
#include <vector>

#include <dlib/array2d.h>
#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_transforms.h>
#include <dlib/image_transforms/fhog.h>

struct mien_image {
  dlib::array2d<dlib::rgb_pixel> pixels;
};
struct mien_detector {
  dlib::frontal_face_detector detector = dlib::get_frontal_face_detector();
};
struct mien_predictor {
  dlib::shape_predictor predictor;
};

namespace {

mien_status fail(mien_status status, const char *reason, mien_message message) {
  if (message.text != nullptr && message.capacity > 0) {
    std::strncpy(message.text, reason, message.capacity - 1);
    message.text[message.capacity - 1] = '\0';
    // An error is one line wherever it is shown.
    for (char *c = message.text; *c != '\0'; ++c)
      if (*c == '\n' || *c == '\r') *c = ' ';
  }
  return status;
}

/// Runs `work` and turns whatever it throws into a status.
template <typename Work>
mien_status guarded(mien_message message, Work work) noexcept {
  try {
    work();
    return MIEN_OK;
  } catch (const std::bad_alloc &) {
    return fail(MIEN_OUT_OF_MEMORY, "out of memory", message);
  } catch (const dlib::serialization_error &error) {
    return fail(MIEN_UNREADABLE, error.what(), message);
  } catch (const std::exception &error) {
    return fail(MIEN_FAILED, error.what(), message);
  } catch (...) {
    return fail(MIEN_FAILED, "unknown C++ exception", message);
  }
}

/// Bytes in memory as a stream reads them.
class memory_buffer : public std::streambuf {
 public:
  memory_buffer(const void *bytes, size_t count) {
    char *start = const_cast<char *>(static_cast<const char *>(bytes));
    setg(start, start, start + count);
  }
};

dlib::rectangle rectangle(const mien_box &box) {
  return dlib::rectangle(static_cast<long>(box.left), static_cast<long>(box.top), static_cast<long>(box.right),
                         static_cast<long>(box.bottom));
}

/// Writes the mean over boxes of the points found from each, as `place` puts them.
template <typename Place>
void mean_points(const mien_predictor &predictor, const dlib::array2d<dlib::rgb_pixel> &pixels, const mien_box *boxes,
                 size_t count, double *points, Place place) {
  std::fill_n(points, 2 * predictor.predictor.num_parts(), 0.0);
  for (size_t index = 0; index < count; ++index) {
    const dlib::full_object_detection shape = predictor.predictor(pixels, rectangle(boxes[index]));
    for (unsigned long i = 0; i < shape.num_parts(); ++i) {
      const dlib::dpoint point = place(dlib::dpoint(shape.part(i)));
      points[2 * i] += point.x() / static_cast<double>(count);
      points[2 * i + 1] += point.y() / static_cast<double>(count);
    }
  }
}

/// Where a face with 68 landmarks is, how large, and how far it leans.
dlib::chip_details place_of_chip(const double *points, const mien_chip &chip) {
  std::vector<dlib::point> parts;
  for (int i = 0; i < 68; ++i)
    parts.emplace_back(std::lround(points[2 * i]), std::lround(points[2 * i + 1]));
  const dlib::full_object_detection shape(dlib::rectangle(), parts);
  return dlib::get_face_chip_details(shape, chip.side, chip.padding);
}

/// Cuts out a face with 68 landmarks.
void cut_chip(const mien_image &image, const double *points, const mien_chip &chip,
              dlib::array2d<dlib::rgb_pixel> &face) {
  dlib::extract_image_chip(image.pixels, place_of_chip(points, chip), face);
}

using fhog_cells = dlib::array2d<dlib::matrix<float, MIEN_FHOG_CHANNELS, 1>>;

/// Writes the numbers of cells, as far as they fit, and returns how many there are.
size_t write_cells(const fhog_cells &cells, float *values, size_t capacity) {
  size_t place = 0;
  for (long row = 0; row < cells.nr(); ++row)
    for (long column = 0; column < cells.nc(); ++column)
      for (long channel = 0; channel < MIEN_FHOG_CHANNELS; ++channel, ++place)
        if (place < capacity) values[place] = cells[row][column](channel);
  return place;
}

}  // namespace

mien_status mien_image_from_rgb(const uint8_t *pixels, size_t width, size_t height, size_t stride, mien_image **image,
                                mien_message message) {
  return guarded(message, [&] {
    auto copy = std::make_unique<mien_image>();
    copy->pixels.set_size(static_cast<long>(height), static_cast<long>(width));
    for (size_t y = 0; y < height; ++y) {
      const uint8_t *row = pixels + y * stride;
      for (size_t x = 0; x < width; ++x)
        copy->pixels[y][x] = dlib::rgb_pixel(row[3 * x], row[3 * x + 1], row[3 * x + 2]);
    }
    *image = copy.release();
  });
}

mien_status mien_image_resize(const mien_image *image, size_t width, size_t height, mien_image **resized,
                              mien_message message) {
  return guarded(message, [&] {
    auto copy = std::make_unique<mien_image>();
    copy->pixels.set_size(static_cast<long>(height), static_cast<long>(width));
    dlib::resize_image(image->pixels, copy->pixels);
    *resized = copy.release();
  });
}

size_t mien_image_width(const mien_image *image) { return static_cast<size_t>(image->pixels.nc()); }
size_t mien_image_height(const mien_image *image) { return static_cast<size_t>(image->pixels.nr()); }
void mien_image_free(mien_image *image) { delete image; }

void mien_image_add(const mien_image *image, uint32_t *sums) {
  for (long y = 0; y < image->pixels.nr(); ++y)
    for (long x = 0; x < image->pixels.nc(); ++x) {
      const dlib::rgb_pixel pixel = image->pixels[y][x];
      *sums++ += pixel.red;
      *sums++ += pixel.green;
      *sums++ += pixel.blue;
    }
}

void mien_image_copy_rgb(const mien_image *image, uint8_t *rgb) {
  for (long y = 0; y < image->pixels.nr(); ++y)
    for (long x = 0; x < image->pixels.nc(); ++x) {
      const dlib::rgb_pixel pixel = image->pixels[y][x];
      *rgb++ = pixel.red;
      *rgb++ = pixel.green;
      *rgb++ = pixel.blue;
    }
}

mien_status mien_image_dhash(const mien_image *image, uint64_t *hash, mien_message message) {
  return guarded(message, [&] {
    const long width = image->pixels.nc(), height = image->pixels.nr();
    // Where a field begins; one that would have no pixel takes the one where it stands.
    const auto edge = [](long field, long fields, long size) { return field * size / fields; };
    uint64_t bits = 0;
    for (long row = 0; row < 8; ++row) {
      double previous = 0;
      for (long column = 0; column < 9; ++column) {
        const long top = edge(row, 8, height), left = edge(column, 9, width);
        const long bottom = std::max(top + 1, edge(row + 1, 8, height));
        const long right = std::max(left + 1, edge(column + 1, 9, width));
        uint64_t sum = 0;
        for (long y = top; y < bottom; ++y)
          for (long x = left; x < right; ++x) {
            const dlib::rgb_pixel pixel = image->pixels[y][x];
            sum += 299u * pixel.red + 587u * pixel.green + 114u * pixel.blue;
          }
        const double mean = static_cast<double>(sum) / static_cast<double>((bottom - top) * (right - left));
        if (column > 0) bits = bits << 1 | (mean > previous ? 1 : 0);
        previous = mean;
      }
    }
    *hash = bits;
  });
}

mien_status mien_detector_create(mien_detector **detector, mien_message message) {
  return guarded(message, [&] { *detector = new mien_detector(); });
}

mien_status mien_detect(mien_detector *detector, const mien_image *image, double threshold, mien_box *boxes,
                        size_t capacity, size_t *count, mien_message message) {
  return guarded(message, [&] {
    std::vector<dlib::rect_detection> found;
    detector->detector(image->pixels, found, threshold);
    *count = found.size();
    for (size_t i = 0; i < found.size() && i < capacity; ++i) {
      const dlib::rectangle &rect = found[i].rect;
      boxes[i] = {rect.left(), rect.top(), rect.right(), rect.bottom(), found[i].detection_confidence};
    }
  });
}

void mien_detector_free(mien_detector *detector) { delete detector; }

mien_status mien_predictor_load(const void *bytes, size_t count, mien_predictor **predictor, mien_message message) {
  return guarded(message, [&] {
    auto loaded = std::make_unique<mien_predictor>();
    memory_buffer buffer(bytes, count);
    std::istream in(&buffer);
    deserialize(loaded->predictor, in);
    *predictor = loaded.release();
  });
}

size_t mien_predictor_point_count(const mien_predictor *predictor) { return predictor->predictor.num_parts(); }

mien_status mien_predict(const mien_predictor *predictor, const mien_image *image, const mien_box *boxes, size_t count,
                         double *points, mien_message message) {
  return guarded(message, [&] {
    mean_points(*predictor, image->pixels, boxes, count, points, [](const dlib::dpoint &point) { return point; });
  });
}

void mien_predictor_free(mien_predictor *predictor) { delete predictor; }

mien_status mien_predict_in_chip(const mien_predictor *predictor, const mien_image *image, const double *landmarks,
                                 mien_chip chip, bool mirrored, const mien_box *boxes, size_t count, double *points,
                                 mien_message message) {
  return guarded(message, [&] {
    const dlib::chip_details place = place_of_chip(landmarks, chip);
    dlib::array2d<dlib::rgb_pixel> face;
    dlib::extract_image_chip(image->pixels, place, face);
    if (mirrored) {
      dlib::array2d<dlib::rgb_pixel> flipped;
      dlib::flip_image_left_right(face, flipped);
      face.swap(flipped);
    }
    const dlib::point_transform_affine back = dlib::inv(dlib::get_mapping_to_chip(place));
    mean_points(*predictor, face, boxes, count, points, [&](const dlib::dpoint &point) {
      return back(mirrored ? dlib::dpoint(static_cast<double>(chip.side) - 1 - point.x(), point.y()) : point);
    });
  });
}

mien_status mien_face_chip(const mien_image *image, const double *points, mien_chip chip, mien_image **face,
                           mien_message message) {
  return guarded(message, [&] {
    auto copy = std::make_unique<mien_image>();
    cut_chip(*image, points, chip, copy->pixels);
    *face = copy.release();
  });
}

mien_status mien_fhog(const mien_image *image, const double *points, mien_chip chip, bool mirrored, float *values,
                      size_t capacity, size_t *rows, size_t *columns, mien_message message) {
  return guarded(message, [&] {
    dlib::array2d<dlib::rgb_pixel> face;
    cut_chip(*image, points, chip, face);
    if (mirrored) {
      dlib::array2d<dlib::rgb_pixel> other;
      dlib::flip_image_left_right(face, other);
      face.swap(other);
    }
    fhog_cells cells;
    dlib::extract_fhog_features(face, cells, static_cast<int>(chip.cell));
    *rows = static_cast<size_t>(cells.nr());
    *columns = static_cast<size_t>(cells.nc());
    write_cells(cells, values, capacity);
  });
}

mien_status mien_keypoint_fhog(const mien_image *image, const double *points, mien_chip chip, const size_t *keypoints,
                               size_t count, size_t cells_across, float *values, size_t capacity, size_t *written,
                               mien_message message) {
  return guarded(message, [&] {
    const dlib::chip_details face = place_of_chip(points, chip);
    // FHOG leaves the outermost cells out.
    const unsigned long side = static_cast<unsigned long>((cells_across + 2) * chip.cell);
    const double extent = side * face.rect.width() / chip.side;
    std::vector<dlib::chip_details> places;
    for (size_t i = 0; i < count; ++i) {
      const dlib::dpoint centre(points[2 * keypoints[i]], points[2 * keypoints[i] + 1]);
      places.emplace_back(dlib::centered_drect(centre, extent, extent), dlib::chip_dims(side, side), face.angle);
    }
    dlib::array<dlib::array2d<dlib::rgb_pixel>> patches;
    dlib::extract_image_chips(image->pixels, places, patches);
    *written = 0;
    fhog_cells cells;
    for (const auto &patch : patches) {
      dlib::extract_fhog_features(patch, cells, static_cast<int>(chip.cell));
      const size_t place = std::min(*written, capacity);
      *written += write_cells(cells, values + place, capacity - place);
    }
  });
}
