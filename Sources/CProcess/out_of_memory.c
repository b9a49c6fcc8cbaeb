// Ends the process with one line and exit code 74 when memory runs out.
//
// Swift's runtime aborts when an allocation fails, and OpenBLAS tries again for ever. So the allocation functions are
// replaced here by ones that forward to glibc's and end the process on failure. Work that is worth keeping is on disk by
// then: a search's journal, an extraction's parts.
#define _GNU_SOURCE
#include "mien_process.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

static char hint[1024] = "lower --jobs, or give the process more memory";

void mien_process_set_out_of_memory_hint(const char *text) {
  size_t length = strnlen(text, sizeof hint - 1);
  memcpy(hint, text, length);
  hint[length] = '\0';
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZER_OWNS_MALLOC 1
#endif
#endif

#if defined(__GLIBC__) && !defined(SANITIZER_OWNS_MALLOC)

// Exported by glibc for this purpose, and declared in no header.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static char *append(char *to, char *end, const char *text) {
  while (*text != '\0' && to < end) *to++ = *text++;
  return to;
}

/// Nothing here may allocate. Several threads may fail at once: the first one speaks.
static void *fail(size_t size) {
  static volatile int failed;
  if (__sync_lock_test_and_set(&failed, 1) != 0)
    for (;;) pause();
  char line[1536], digits[24];
  char *end = line + sizeof line - 1, *to = append(line, end, "mien: out of memory: cannot allocate ");
  size_t mebibytes = (size >> 20) + 1;
  char *digit = digits + sizeof digits;
  *--digit = '\0';
  for (; mebibytes > 0; mebibytes /= 10) *--digit = (char)('0' + mebibytes % 10);
  to = append(append(to, end, digit), end, " MiB more");
  if (hint[0] != '\0') to = append(append(to, end, "; "), end, hint);
  *to++ = '\n';
  ssize_t written = write(STDERR_FILENO, line, (size_t)(to - line));
  (void)written;
  _exit(74);
}

void *malloc(size_t size) {
  void *memory = __libc_malloc(size);
  return memory != NULL ? memory : fail(size);
}

void *calloc(size_t count, size_t size) {
  void *memory = __libc_calloc(count, size);
  if (memory != NULL) return memory;
  size_t bytes;
  return fail(__builtin_mul_overflow(count, size, &bytes) ? SIZE_MAX : bytes);
}

void *realloc(void *memory, size_t size) {
  void *moved = __libc_realloc(memory, size);
  return moved != NULL || size == 0 ? moved : fail(size);
}

void *memalign(size_t alignment, size_t size) {
  void *memory = __libc_memalign(alignment, size);
  return memory != NULL ? memory : fail(size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
  *memory = memalign(alignment, size);
  return 0;
}

#endif
