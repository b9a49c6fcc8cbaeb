// Starts the program anew with variables that libraries read when they are loaded. It runs before the constructors of
// shared libraries, since OpenBLAS's own starts a thread with a buffer of 128 MiB for each processor, ends the process by
// SIGINT where it cannot, and never lets it end where a buffer is missing.
//
// - OPENBLAS_NUM_THREADS=1: threads of ours call it.
// - GLIBC_TUNABLES: glibc returns large freed blocks to the system, which hands them out again page by page; kernel
//   matrices take hundreds of megabytes, many times a second.
// - OPENBLAS_CORETYPE=SKYLAKEX on processors with AVX-512: OpenBLAS 0.3.21 (Debian 12) takes AMD's for ones with AVX2, and
//   Intel's of 2023 and later for ones with SSE3.
//
// Variables that are set already are kept. The process keeps its number.
#define _GNU_SOURCE
#include <limits.h>
#include <string.h>
#include <unistd.h>

#if defined(__linux__)

#if defined(__x86_64__)
#include <cpuid.h>

static int has_avx512(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  const unsigned needed = bit_AVX512F | bit_AVX512DQ | bit_AVX512CD | bit_AVX512BW | bit_AVX512VL;
  if ((b & needed) != needed) return 0;
  // The system must save the wide registers, too.
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & bit_OSXSAVE) == 0) return 0;
  unsigned low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (low & 0xE6) == 0xE6;
}
#else
static int has_avx512(void) { return 0; }
#endif

static int is_set(char **environment, const char *setting) {
  const size_t name = (size_t)(strchr(setting, '=') - setting) + 1;
  for (; *environment != NULL; ++environment)
    if (strncmp(*environment, setting, name) == 0) return 1;
  return 0;
}

static void restart(int count, char **arguments, char **environment) {
  (void)count;
  static char threads[] = "OPENBLAS_NUM_THREADS=1";
  static char malloc_settings[] = "GLIBC_TUNABLES=glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=1099511627776";
  static char core[] = "OPENBLAS_CORETYPE=SKYLAKEX";
  char *wanted[] = {threads, malloc_settings, has_avx512() ? core : NULL};
  size_t size = 0;
  while (environment[size] != NULL) ++size;
  char *extended[size + 4];
  memcpy(extended, environment, size * sizeof *extended);
  size_t end = size;
  for (int i = 0; i < 3; ++i)
    if (wanted[i] != NULL && !is_set(environment, wanted[i])) extended[end++] = wanted[i];
  if (end == size) return;
  extended[end] = NULL;
  // By its own path, for its name in a list of processes; by the other one should the file have been replaced.
  static char path[PATH_MAX + 1];
  const ssize_t length = readlink("/proc/self/exe", path, PATH_MAX);
  if (length > 0) execve(path, arguments, extended);
  execve("/proc/self/exe", arguments, extended);
}

__attribute__((section(".preinit_array"), used)) static void (*const restart_first)(int, char **, char **) = restart;

#endif
