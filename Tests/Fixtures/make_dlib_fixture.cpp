// Writes dlib.json: what dlib itself, without Mien's shim, finds in the sample pictures.
//
//   g++ -O2 -std=c++17 -DDLIB_JPEG_SUPPORT -DDLIB_PNG_SUPPORT make_dlib_fixture.cpp -ldlib -lopenblas -o make_dlib_fixture
//   ./make_dlib_fixture ../Samples/faces > dlib.json
//
// Made with dlib 19.24 and shape_predictor_68_face_landmarks.dat of Debian's libdlib-data 19.24.
#include <cstdio>
#include <string>
#include <vector>

#include <dlib/array2d.h>
#include <dlib/image_io.h>
#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_transforms.h>

int main(int argc, char **argv) {
  struct Case {
    const char *image;
    long factor;  // how many times the sides are enlarged
  };
  const Case cases[] = {{"happy/portrait.jpg", 1}, {"happy/small.png", 2},       {"happy/tiny_gray.png", 4},
                        {"sad/warped.jpg", 1},     {"surprised/warped.jpg", 1}};
  const std::string folder = argc > 1 ? argv[1] : ".";
  dlib::shape_predictor predictor;
  dlib::deserialize("/usr/share/dlib/shape_predictor_68_face_landmarks.dat") >> predictor;
  dlib::frontal_face_detector detector = dlib::get_frontal_face_detector();
  std::printf("[");
  const char *separator = "\n";
  for (const Case &c : cases) {
    dlib::array2d<dlib::rgb_pixel> decoded, image;
    dlib::load_image(decoded, folder + "/" + c.image);
    image.set_size(decoded.nr() * c.factor, decoded.nc() * c.factor);
    dlib::resize_image(decoded, image);
    std::vector<dlib::rect_detection> found;
    detector(image, found, 0.0);
    const dlib::rectangle box = found.at(0).rect;
    const dlib::full_object_detection shape = predictor(image, box);
    std::printf("%s  {\"image\": \"%s\", \"factor\": %ld, \"width\": %ld, \"height\": %ld, \"box\": [%ld, %ld, %ld, %ld], \"score\": %.9f, \"points\": [",
                separator, c.image, c.factor, decoded.nc(), decoded.nr(), box.left(), box.top(), box.right(), box.bottom(),
                found[0].detection_confidence);
    for (unsigned long i = 0; i < shape.num_parts(); ++i)
      std::printf("%s%ld, %ld", i ? ", " : "", shape.part(i).x(), shape.part(i).y());
    std::printf("]}");
    separator = ",\n";
  }
  std::printf("\n]\n");
}
